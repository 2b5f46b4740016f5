"""The editor: named placeholders, a preview that keeps nothing, two editors at once, a test mail."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import html5lib
import pytest
from flask import Flask
from sqlalchemy import select

from app.core import outbox
from app.core.runtime import using
from app.demo import caught
from app.demo.catcher import Catcher
from app.demo.caught import letters
from app.notices import actions as notices
from app.notices.models import Notice
from app.web import installation
from jobs import notices as job
from tests.browser import XHTML, Browser
from tests.cast import Cast
from tests.web.observing import contents, error_at, main_of, testids

Open = Callable[[str], Browser]
AT = "/settings/texts/invoice/en"
TEXT: dict[str, Any] = {
    "subject": "Your invoice [Invoice.number]",
    "body": "Hello [Recipient.name],\n\n[Invoice.summary]\n\n- [Client.number]",
    "button": "Read it",
    "note": "Questions about [Invoice.number]? Call [Company.phone].",
    "version": "0",
}


def fields(page: str) -> dict[str, str]:
    """Return what stands in the fields of the form."""
    tree = html5lib.parse(page)
    found = {}
    for one in tree.iter():
        if one.tag in (f"{XHTML}input", f"{XHTML}textarea"):
            text = one.get("value") if one.tag == f"{XHTML}input" else "".join(one.itertext())
            found.setdefault(one.get("name") or "", text or "")
    return {name: found[name].strip() for name in TEXT}


def test_the_overview_says_what_is_own(cast: Cast, browser: Open) -> None:
    ben = browser("ben")
    page = ben.get("/settings/texts").text
    assert len([one for one in testids(page) if one.startswith("text-")]) == 24
    assert "own" not in main_of(page)
    ben.post(AT, TEXT)
    assert "own Invoice, English with a note" in main_of(ben.get("/settings/texts").text)


def test_the_standard_stands_in_the_editor_and_what_is_saved_instead(
    cast: Cast, browser: Open
) -> None:
    ben = browser("ben")
    page = ben.get(AT).text
    assert fields(page)["subject"] == "[Invoice.title] [Invoice.number] from [Company.name]"
    assert "This is the standard text." in main_of(page)
    assert ben.post(AT, TEXT).status_code == 303
    page = ben.get(AT).text
    assert fields(page) == TEXT | {"version": "1"}
    assert "Changed: Subject, Text, Words on the button, Note" in main_of(page)
    assert ben.post(f"{AT}/standard", {"version": "1"}).status_code == 303
    page = ben.get(AT).text
    assert "This is the standard text." in main_of(page)
    assert fields(page)["note"] == TEXT["note"]


def test_every_unknown_placeholder_is_named_at_its_field_and_nothing_is_saved(
    app: Flask, cast: Cast, browser: Open
) -> None:
    before, ben = contents(installation.of(app)), browser("ben")
    wrong = TEXT | {
        "body": "[Invoice.nubmer] [Foo.bar] [Quote.valid_until]",
        "subject": "[Cleint.name]",
    }
    answer = ben.post(AT, wrong)
    assert answer.status_code == 422
    said = error_at(answer.text, "body")
    for named in ("[Invoice.nubmer]", "[Foo.bar]", "[Quote.valid_until]", "[Invoice.number]"):
        assert named in said
    assert "[Client.name]" in error_at(answer.text, "subject")
    assert fields(answer.text) == wrong
    assert contents(installation.of(app)) == before


def test_who_comes_second_loses_nothing(cast: Cast, browser: Open) -> None:
    ben, anna = browser("ben"), browser("anna")
    ben.post(AT, TEXT)
    mine = TEXT | {"subject": "Mine [Invoice.number]"}
    answer = anna.post(AT, mine)
    assert answer.status_code == 409
    assert "Ben Brunner changed this text while you were writing." in main_of(answer.text)
    assert TEXT["subject"] in main_of(answer.text)
    assert fields(answer.text) == mine | {"version": "1"}
    assert anna.post(AT, fields(answer.text)).status_code == 303
    assert fields(ben.get(AT).text)["subject"] == mine["subject"]


def test_the_preview_shows_what_is_typed_with_a_real_document_and_keeps_nothing(
    app: Flask, cast: Cast, browser: Open
) -> None:
    before, ben = contents(installation.of(app)), browser("ben")
    answer = ben.post(f"{AT}/preview", TEXT | {"body": "<b>Hi</b> [Client.name] [Nothing.here]"})
    shown = main_of(answer.text)
    assert answer.status_code == 200
    assert "Your invoice 2026-0414" in shown
    assert "<b>Hi</b> Max Huber [Nothing.here]" in shown
    assert "Questions about 2026-0414? Call +41 44 123 45 67." in shown
    assert "/link/" not in answer.text, "no key to a document lies about"
    assert contents(installation.of(app)) == before
    block = ben.post(
        f"{AT}/preview", TEXT, headers={"HX-Request": "true", "HX-Target": "section#preview"}
    )
    assert "<!doctype" not in block.text.lower()
    assert "Your invoice 2026-0414" in block.text


def test_without_a_document_of_the_kind_the_preview_invents_one(cast: Cast, browser: Open) -> None:
    page = browser("ben").get("/settings/texts/quote/sv").text
    assert "With invented data" in main_of(page)
    assert "Offert" in main_of(page)


@pytest.mark.parametrize("path", ["letter/en", "invoice/fr", "invoice/EN"])
def test_there_is_no_other_text(cast: Cast, browser: Open, path: str) -> None:
    assert browser("ben").get(f"/settings/texts/{path}").status_code == 404


def test_an_auditor_reads_and_has_nothing_to_change(cast: Cast, browser: Open) -> None:
    page = browser("olga").get(AT).text
    assert "text-form" not in testids(page)
    assert "Invoice 2026-0414 from Haus Lindenhof" in main_of(page)


def test_a_test_mail_arrives_at_the_own_address_as_it_will_look(
    app: Flask, cast: Cast, browser: Open
) -> None:
    here = installation.of(app)
    answer = browser("ben").post(f"{AT}/test-mail", TEXT)
    assert answer.status_code == 200
    assert "ben@lindenhof.example" in main_of(answer.text)
    assert fields(answer.text) == TEXT
    with here.database.reading() as session:
        (notice,) = session.scalars(select(Notice))
        assert session.scalar(select(outbox.Promise.id).where(outbox.Promise.task == notices.SEND))
    assert here.settings.mail_caught_in is not None
    with Catcher(here.settings.mail_caught_in) as catcher:
        changed = replace(here.settings, mail_url=catcher.url)
        with using(replace(here, settings=changed)):
            with here.database.transaction():
                due = job.begin(notice.id)
            assert due is not None
            said = job.submit(due)
            with here.database.transaction():
                assert job.SEND.settle(due, said) is False
    (newest,) = letters(here.settings.mail_caught_in)
    letter = caught.letter(here.settings.mail_caught_in, newest.id)
    assert letter.subject == "Test: Your invoice 2026-0414"
    assert "Hello Max Huber," in letter.text
    assert "- K-2" in letter.text
    assert not any("/link/" in link for link in letter.links)


def test_the_note_stands_above_the_document_for_customers_of_that_language_only(
    cast: Cast, browser: Open
) -> None:
    browser("ben").post(AT, TEXT | {"note": "Dear [Client.name], <i>call</i> us."})
    for who in ("ruth", "guest"):
        page = browser(who).get(f"/documents/{cast.invoice.id}").text
        assert "portal-note" in testids(page)
        assert "Dear Ruth Keller, <i>call</i> us." in main_of(page)
    assert "portal-note" not in testids(browser("ben").get(f"/documents/{cast.invoice.id}").text)
    swede = browser("ruth")
    swede.post("/language", {"language": "sv"})
    assert "portal-note" not in testids(swede.get(f"/documents/{cast.invoice.id}").text)
