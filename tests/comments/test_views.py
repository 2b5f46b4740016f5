"""What is said about a document, as people read and write it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from app.access.rights import Action
from app.comments import rules
from app.comments.models import Comment
from app.core import clock, journal
from app.core.db import session
from app.documents.actions import publication
from app.documents.models import Audience
from app.organisations.models import Organisation
from app.web import installation
from tests import factories
from tests.browser import Browser
from tests.cast import INTERNAL, Cast
from tests.comments.writing import CSV, PDF, kept, page_of, texts, write
from tests.counting import statements
from tests.factories import BY
from tests.web.observing import error_at, testids

Browsers = Callable[[str], Browser]
LINES = "First line\r\n<b>second</b> https://x.example/a?b=1&c=2."


def later(minutes: float) -> AbstractContextManager[None]:
    return clock.standing_at(clock.now() + timedelta(minutes=minutes))


def address(page: str, testid: str) -> str:
    found = re.findall(rf'href="([^"]+)"[^>]*data-testid="{testid}"', page)
    return found[-1]


def test_customers_guests_and_the_house_read_one_thread(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    for who in ("ruth", "guest", "anna"):
        answer = write(browser(who), cast.invoice, f"Written by {who}.")
        assert (answer.status_code, answer.location) == (
            303,
            f"/documents/{cast.invoice.id}#comments",
        )
    for who in ("ruth", "guest", "ben", "olga"):
        assert texts(page_of(browser(who), cast.invoice)) == [
            "The hours are attached.",
            "Written by ruth.",
            "Written by guest.",
            "Written by anna.",
        ]
    ruth, guest, anna = kept(app, cast.invoice)[1:]
    assert [one.side.value for one in (ruth, guest, anna)] == ["customer", "customer", "house"]
    assert (guest.author_kind, guest.author_id) == ("guest", cast.link.id)


def test_a_comment_is_text_with_links_and_never_markup(cast: Cast, browser: Browsers) -> None:
    write(browser("ruth"), cast.invoice, LINES)
    for who in ("ben", "guest"):
        shown = texts(page_of(browser(who), cast.invoice))[-1]
        assert shown == (
            "First line\n&lt;b&gt;second&lt;/b&gt; "
            '<a href="https://x.example/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">'
            "https://x.example/a?b=1&amp;c=2</a>."
        )


def test_an_auditor_reads_and_has_no_form(cast: Cast, browser: Browsers) -> None:
    page = page_of(browser("olga"), cast.invoice)
    assert {"comment", "internal-note"} <= set(testids(page))
    assert not {"comment-form", "internal-note-form"} & set(testids(page))
    assert write(browser("olga"), cast.invoice, "Hello").status_code == 403
    assert write(browser("olga"), cast.invoice, "Hello", internal=True).status_code == 403


def test_an_internal_note_has_a_thread_and_a_colour_of_its_own(
    cast: Cast, browser: Browsers
) -> None:
    answer = write(browser("ben"), cast.invoice, "Call her first.", internal=True)
    assert answer.location == f"/documents/{cast.invoice.id}#notes"
    page = page_of(browser("anna"), cast.invoice)
    assert texts(page, "internal-note") == [INTERNAL, "Call her first."]
    assert texts(page) == ["The hours are attached."]
    assert 'data-tone="internal"' in page
    assert "The customer reads these and is told by mail." in page
    for who in ("ruth", "guest"):
        found = testids(page_of(browser(who), cast.invoice))
        assert not {"internal-note", "internal-notes", "internal-note-form"} & set(found)
        assert write(browser(who), cast.invoice, "x", internal=True).status_code == 403


@pytest.mark.parametrize("text", ["", " \r\n\x00 ", "x" * (rules.LONGEST + 1)])
def test_what_cannot_be_sent_is_said_at_the_field_and_nothing_typed_is_lost(
    app: Flask, cast: Cast, browser: Browsers, text: str
) -> None:
    answer = write(browser("ruth"), cast.invoice, text, ("a.pdf", PDF))
    assert answer.status_code == 422
    assert error_at(answer.text, "comment-text")
    assert error_at(answer.text, "comment-files"), "files have to be chosen once more"
    assert rules.clean(text) in answer.text
    assert len(kept(app, cast.invoice)) == 1


def test_4000_characters_on_many_lines_fit(app: Flask, cast: Cast, browser: Browsers) -> None:
    text = "ä\r\n" * 1999 + "ää"
    assert write(browser("ruth"), cast.invoice, text).status_code == 303
    assert len(kept(app, cast.invoice)[-1].text) == rules.LONGEST


def test_files_come_with_a_comment_through_the_door_only(cast: Cast, browser: Browsers) -> None:
    write(browser("ruth"), cast.invoice, "See these", ("../a.pdf", PDF), ("b.csv", CSV))
    page = page_of(browser("ben"), cast.invoice)
    first, second = re.findall(r'href="([^"]+)" data-testid="comment-file"', page)[-2:]
    answer = browser("guest").get(first)
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert 'filename="a.pdf"' in answer.headers["Content-Disposition"]
    assert browser("ben").get(second).data == CSV
    for who in ("max", "dora"):
        assert browser(who).get(first).status_code == 404


def test_the_file_of_an_internal_note_exists_for_staff_only(cast: Cast, browser: Browsers) -> None:
    file = address(page_of(browser("ben"), cast.invoice), "internal-note-file")
    assert browser("olga").get(file).status_code == 200
    for who in ("ruth", "guest", "max", "dora"):
        assert browser(who).get(file).status_code == 404


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("a.pdf", PDF), ("page.pdf", b"<html><script>")], "page.pdf"),
        ([(f"{number}.pdf", PDF) for number in range(11)], "more than 10"),
        ([(f"{number}.pdf", PDF + b" " * 9_000_000) for number in range(3)], "larger than 25 MB"),
        ([("a.pdf", PDF + b" " * 15 * 1024 * 1024)], "too large"),
    ],
)
def test_of_several_files_one_wrong_keeps_the_comment_back(
    app: Flask, cast: Cast, browser: Browsers, files: list[tuple[str, bytes]], sentence: str
) -> None:
    answer = write(browser("ruth"), cast.invoice, "See these", *files)
    assert answer.status_code == 422
    assert sentence in error_at(answer.text, "comment-files")
    assert "See these" in answer.text
    assert len(kept(app, cast.invoice)) == 1


def test_a_form_that_is_sent_twice_is_one_comment(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    once = re.findall(
        r'name="comment-once"[^>]*value="(\w+)"', page_of(browser("ruth"), cast.invoice)
    )
    (form,) = once
    for text in ("Hello", "Hello", "Something else"):
        assert write(browser("ruth"), cast.invoice, text, once=form).status_code == 303
    assert [one.text for one in kept(app, cast.invoice)][1:] == ["Hello", "Something else"]


def test_its_author_changes_a_comment_and_everybody_sees_that(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ruth = browser("ruth")
    write(ruth, cast.invoice, "Hello")
    form = address(page_of(ruth, cast.invoice), "comment-edit")
    assert "Hello" in ruth.get(form).text
    target = form.removesuffix("/edit")
    assert ruth.post(target, {"text": ""}).status_code == 422
    assert ruth.post(target, {"text": "Good day\r\n"}).status_code == 303
    page = page_of(browser("ben"), cast.invoice)
    assert texts(page)[-1] == "Good day"
    assert "comment-edited" in testids(page)
    assert form not in page, "who works for the house changes no words of a customer"
    assert browser("ben").get(form).status_code == 404
    assert browser("guest").post(target, {"text": "x"}).status_code == 404


def test_a_withdrawn_comment_leaves_its_place_and_nothing_else(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ruth = browser("ruth")
    write(ruth, cast.invoice, "My secret", ("a.pdf", PDF))
    page = page_of(ruth, cast.invoice)
    ask, file = address(page, "comment-withdraw"), address(page, "comment-file")
    assert "My secret" in ruth.get(ask).text
    assert ruth.post(ask).status_code == 303
    for who in ("ruth", "ben"):
        page = page_of(browser(who), cast.invoice)
        assert "My secret" not in page
        assert "comment-withdrawn" in testids(page)
        assert browser(who).get(file).status_code == 404
    assert kept(app, cast.invoice)[-1].text == ""
    assert ruth.post(ask).status_code == 409
    with installation.of(app).database.reading():
        lines = journal.about("document", cast.invoice.id)
        assert "comment.withdrawn" in {line.name for line in lines}
        assert "My secret" not in "".join(repr(line.data) for line in lines)


def test_after_a_quarter_of_an_hour_a_comment_stays(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ruth = browser("ruth")
    write(ruth, cast.invoice, "Hello")
    page = page_of(ruth, cast.invoice)
    edit, withdraw = address(page, "comment-edit"), address(page, "comment-withdraw")
    with later(16):
        assert "comment-edit" not in testids(page_of(ruth, cast.invoice))
        for answer in (
            ruth.get(edit),
            ruth.post(edit.removesuffix("/edit"), {"text": "x"}),
            ruth.get(withdraw),
            ruth.post(withdraw),
        ):
            assert answer.status_code == 409
            assert "15 minutes" in answer.text
    assert kept(app, cast.invoice)[-1].text == "Hello"


def test_the_thread_is_the_same_on_every_version(app: Flask, cast: Cast, browser: Browsers) -> None:
    with installation.of(app).database.transaction():
        newer = factories.invoice_for(cast.keller, cast.invoice.number)
    assert (newer.version, newer.lineage_id) == (2, cast.invoice.lineage_id)
    write(browser("ruth"), newer, "Is this the right one?")
    for who in ("ruth", "ben", "guest"):
        for document in (cast.invoice, newer):
            page = page_of(browser(who), document)
            assert texts(page) == ["The hours are attached.", "Is this the right one?"]
            other = newer if document.version == 1 else cast.invoice
            assert page.count('data-testid="comment-version"') == 1
            assert f"on version {other.version}<" in page


def test_nobody_comments_to_customers_on_what_they_do_not_see(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    assert "comment-form" not in testids(page_of(browser("ben"), cast.held))
    assert write(browser("ben"), cast.held, "Hello").status_code == 409
    assert write(browser("ben"), cast.held, "Why held?", internal=True).status_code == 303
    with installation.of(app).database.transaction() as opened:
        publication.withdraw(opened.merge(cast.invoice), BY)
    page = page_of(browser("ben"), cast.invoice)
    assert texts(page) == ["The hours are attached."], "the house keeps what was said"
    assert "comment-form" not in testids(page)
    assert write(browser("ben"), cast.invoice, "Hello").status_code == 409
    assert browser("ruth").get(f"/documents/{cast.invoice.id}/comments").status_code == 404


def test_where_comments_are_not_released_there_is_no_box(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    with installation.of(app).database.transaction():
        house = session().get_one(Organisation, cast.lindenhof.id)
        house.portal_actions = [one.value for one in Action if one is not Action.COMMENT]
    for who in ("ruth", "guest"):
        with statements(installation.of(app).database.engine) as found:
            page = page_of(browser(who), cast.invoice)
        assert "comments" not in testids(page)
        assert not [one for one in found if "comment" in one], "nothing is asked for it either"
        assert write(browser(who), cast.invoice, "Hello").status_code == 403
        assert browser(who).get(f"/documents/{cast.invoice.id}/comments").status_code == 404
        file = f"/documents/{cast.invoice.id}/comments/attachments/{cast.attachment_id}"
        assert browser(who).get(file).status_code == 404
    assert "Customers cannot read these" in page_of(browser("ben"), cast.invoice)
    assert write(browser("ben"), cast.invoice, "Hello").status_code == 303


def test_more_than_a_page_is_reached_by_a_link(app: Flask, cast: Cast, browser: Browsers) -> None:
    with installation.of(app).database.transaction():
        first = session().get_one(Comment, cast.comment_id)
        columns = {c.key: getattr(first, c.key) for c in Comment.__table__.columns}
        for number in range(120):
            place = f"{first.id[:10]}{number:03}".ljust(26, "z")
            sent = f"{number:064}"
            session().add(
                Comment(**columns | {"id": place, "sent_as": sent, "text": f"Number {number}"})
            )
    shown: list[str] = []
    page = page_of(browser("ruth"), cast.invoice)
    while True:
        shown = [*texts(page), *shown]
        if "comments-older" not in testids(page):
            break
        assert len(texts(page)) == rules.SHOWN
        page = browser("ruth").get(address(page, "comments-older")).text
    assert len(shown) == 121
    assert sorted(shown) == sorted({*shown})
    numbers = [int(text.split()[1]) for text in shown if text.startswith("Number")]
    assert numbers == list(range(120))


def test_one_question_answers_both_threads(app: Flask, cast: Cast, browser: Browsers) -> None:
    for who in ("ben", "ruth"):
        one = browser(who)
        page_of(one, cast.invoice)
        with statements(installation.of(app).database.engine) as found:
            page_of(one, cast.invoice)
        assert len([each for each in found if "FROM comment " in each]) == 1, who


def test_with_scripts_only_the_box_is_replaced(cast: Cast, browser: Browsers) -> None:
    htmx = {"HX-Request": "true", "HX-Target": "div#comments"}
    ben = browser("ben")
    assert write(ben, cast.invoice, "Hello", headers=htmx).status_code == 303
    block = ben.get(f"/documents/{cast.invoice.id}", headers=htmx).text
    assert texts(block) == ["The hours are attached.", "Hello"]
    assert "<h1" not in block
    assert "internal-note-form" not in testids(block)
    wrong = write(ben, cast.invoice, "", headers=htmx)
    assert (wrong.status_code, "<h1" in wrong.text) == (422, False)
    assert error_at(wrong.text, "comment-text")


def test_nobody_writes_a_hundred_comments_an_hour(
    app: Flask, cast: Cast, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PER_HOUR", 2)
    for text in ("one", "two"):
        assert write(browser("ruth"), cast.invoice, text).status_code == 303
    answer = write(browser("ruth"), cast.invoice, "three")
    assert answer.status_code == 422
    assert "within one hour" in error_at(answer.text, "comment-text")
    assert "three" in answer.text
    assert write(browser("guest"), cast.invoice, "three").status_code == 303
    assert [one.text for one in kept(app, cast.invoice)][1:] == ["one", "two", "three"]


def test_a_note_is_never_announced_as_a_comment(app: Flask, cast: Cast, browser: Browsers) -> None:
    write(browser("ben"), cast.invoice, "Call her.", internal=True)
    (_cast, note) = kept(app, cast.invoice, Audience.INTERNAL)
    with installation.of(app).database.reading():
        lines = [
            line.name
            for line in journal.about("document", cast.invoice.id)
            if line.data.get("comment") == note.id
        ]
    assert lines == ["internal_note.added"]
