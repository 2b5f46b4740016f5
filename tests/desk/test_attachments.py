"""Files that staff put beside a document, and who sees them."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core import journal
from app.documents import queries
from app.documents.actions import attaching, publication
from app.documents.models import Document
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.factories import BY
from tests.web.observing import error_at, testids

PDF = b"%PDF-1.7 a drawing"
CSV = b"day;hours\n1;8\n"


def attach(
    browser: Browser, document: Document, *files: tuple[str, bytes], audience: str = "internal"
) -> TestResponse:
    sent = [(BytesIO(content), name) for name, content in files]
    fields = {"files": sent, "audience": audience} if sent else {"audience": audience}
    return browser.post(
        f"/documents/{document.id}/attachments", fields, content_type="multipart/form-data"
    )


def names(app: Flask, document: Document) -> list[str]:
    with installation.of(app).database.reading():
        return [one.name for one in queries.files_of(document)][1:]


def removal(page: str) -> str:
    (found,) = re.findall(r'href="(/documents/\w+/files/\w+/removal)"', page)
    return found


def test_an_internal_file_exists_for_staff_only(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    page = f"/documents/{cast.invoice.id}"
    assert attach(browser("ben"), cast.invoice, ("plan.pdf", PDF)).status_code == 303
    seen = {who: browser(who).get(page).text for who in ("ben", "olga", "ruth", "guest")}
    assert [who for who, text in seen.items() if "plan.pdf" in text] == ["ben", "olga"]
    assert "Only we" in seen["ben"]
    file = re.findall(r'data-testid="file-row" data-id="(\w+)"', seen["ben"])[-1]
    assert browser("ben").get(f"{page}/files/{file}").data == PDF
    for who in ("ruth", "guest", "max", "dora"):
        assert browser(who).get(f"{page}/files/{file}").status_code == 404


def test_a_file_for_the_customer_is_seen_and_downloaded_by_them(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    attach(browser("ben"), cast.invoice, ("hours.csv", CSV), audience="customer")
    shown = browser("ruth").get(f"/documents/{cast.invoice.id}").text
    assert "hours.csv" in shown
    assert "file-audience" not in testids(shown)
    file = re.findall(r'data-testid="file-row" data-id="(\w+)"', shown)[-1]
    answer = browser("ruth").get(f"/documents/{cast.invoice.id}/files/{file}")
    assert (answer.data, answer.mimetype) == (CSV, "text/csv")


def test_who_added_what_stands_in_the_timeline(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    attach(browser("ben"), cast.held, ("a.pdf", PDF), ("b.csv", CSV))
    with installation.of(app).database.reading():
        lines = [one for one in journal.about("document", cast.held.id) if one.name == "file.added"]
        added = [one for one in queries.files_of(cast.held) if one.added_by]
    assert [(one.actor_name, one.data["file"]) for one in lines] == [
        ("Ben Brunner", "b.csv"),
        ("Ben Brunner", "a.pdf"),
    ]
    assert [(one.name, one.added_by) for one in added] == [
        ("a.pdf", "Ben Brunner"),
        ("b.csv", "Ben Brunner"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"<html><script>"), ("a.exe", b"MZ\x00"), ("a.svg", b"<svg onload=x>"), ("a", b"")],
)
def test_of_several_files_one_wrong_keeps_all_out(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], name: str, content: bytes
) -> None:
    answer = attach(browser("ben"), cast.held, ("good.pdf", PDF), (name, content))
    assert answer.status_code == 422
    assert name in error_at(answer.text, "files")
    assert names(app, cast.held) == []


def test_without_a_file_or_an_audience_the_form_says_so(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    answer = attach(browser("ben"), cast.held)
    assert answer.status_code == 422
    assert error_at(answer.text, "files")
    assert attach(browser("ben"), cast.held, ("a.pdf", PDF), audience="all").status_code == 422


def test_a_file_is_removed_after_a_page_that_asks(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    attach(ben, cast.held, ("a.pdf", PDF), audience="customer")
    address = removal(ben.get(f"/documents/{cast.held.id}").text)
    assert "Remove a.pdf?" in ben.get(address).text
    assert names(app, cast.held) == ["a.pdf"]
    assert ben.post(address).status_code == 303
    assert names(app, cast.held) == []
    assert ben.post(address).status_code == 404


def test_what_a_customer_may_have_seen_stays_and_what_they_never_saw_may_go(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    attach(ben, cast.invoice, ("seen.pdf", PDF), audience="customer")
    shown = ben.get(f"/documents/{cast.invoice.id}").text
    assert "file-remove" not in testids(shown)
    file = re.findall(r'data-testid="file-row" data-id="(\w+)"', shown)[-1]
    address = f"/documents/{cast.invoice.id}/files/{file}/removal"
    assert ben.get(address).status_code == ben.post(address).status_code == 409
    attach(ben, cast.invoice, ("note.pdf", PDF))
    assert ben.post(removal(ben.get(f"/documents/{cast.invoice.id}").text)).status_code == 303
    assert names(app, cast.invoice) == ["seen.pdf"]


def test_what_came_with_the_document_stays(cast: Cast, browser: Callable[[str], Browser]) -> None:
    address = f"/documents/{cast.invoice.id}/files/{cast.file_id}/removal"
    assert browser("anna").post(address).status_code == 409


def test_nothing_is_added_to_what_nobody_looks_at_any_more_nor_without_end(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    many = [(f"{number}.pdf", PDF) for number in range(attaching.MOST)]
    assert attach(browser("ben"), cast.held, *many).status_code == 409
    assert attach(browser("ben"), cast.held, *many[1:]).status_code == 303
    with installation.of(app).database.transaction():
        document = queries.by_id(cast.invoice.id)
        assert document is not None
        publication.withdraw(document, BY)
    assert attach(browser("ben"), cast.invoice, ("a.pdf", PDF)).status_code == 409
