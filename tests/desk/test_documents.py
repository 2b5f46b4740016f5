import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from app.core import runtime
from app.documents import queries
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.findings import Finding, Severity
from app.web import assets, installation
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.factories import BY
from tests.installation import BASE_URL
from tests.web.observing import main_of, testids

FATAL = Finding("BR-CO-15", Severity.FATAL, "The total is wrong.", language="en")
STAFF_ONLY = {"timeline", "receipts", "dispatches", "customer", "findings"}


def again(app: Flask, cast: Cast) -> Document:
    """Take in the next version of Ruth's invoice."""
    with installation.of(app).database.transaction():
        return factories.invoice_for(cast.keller, cast.invoice.number)


def test_a_document_says_what_the_e_invoice_says(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    for who in ("ruth", "guest", "ben", "olga"):
        shown = main_of(browser(who).get(f"/documents/{cast.invoice.id}").text)
        for text in (
            "Invoice 2026-0412",
            "Haus Lindenhof",
            "CHE-107.787.577 MWST",
            "Ruth Keller",
            "Seestrasse 12",
            "Pension und Pflege",
            "642.24 CHF",
            "48.12",
            "8.1",
            "CH93 0076 2011 6238 5295 7",
        ):
            assert text in shown, f"{text} for {who}"


def test_what_surrounds_a_document_is_for_staff_only(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    path = f"/documents/{cast.invoice.id}"
    assert set(testids(browser("ben").get(path).text)) & STAFF_ONLY == {
        "timeline",
        "dispatches",
        "customer",
    }
    for who in ("ruth", "guest"):
        browser(who).get(path)
        assert not set(testids(browser(who).get(path).text)) & STAFF_ONLY
    assert "receipts" in testids(browser("olga").get(path).text)


def test_decisions_are_offered_to_those_who_may_take_them(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    path, action = f"/documents/{cast.held.id}", f"/documents/{cast.held.id}/publication"
    assert action in browser("ben").get(path).text
    for who in ("olga",):
        assert action not in browser(who).get(path).text
    assert "BR-CO-15" in browser("olga").get(path).text
    assert browser("max").get(path).status_code == 404, "it is his, and not published"


def test_the_journal_tells_the_life_of_a_document_in_order(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    again(app, cast)
    browser("ruth").get(f"/documents/{cast.invoice.id}")
    shown = main_of(browser("ben").get(f"/documents/{cast.invoice.id}").text)
    told = shown[shown.index("Timeline") :]
    places = [
        told.index(text)
        for text in ("Opened", "Superseded by version 2", "Published", "Taken in from invoice.xml")
    ]
    assert places == sorted(places), "the newest first"


def test_an_old_version_stays_readable_and_leads_to_the_new_one(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    newer = again(app, cast)
    for who in ("ruth", "guest", "ben"):
        page = browser(who).get(f"/documents/{cast.invoice.id}").text
        assert "There is a newer version of this document." in main_of(page)
        assert f'href="/documents/{newer.id}"' in page
        assert "superseded" not in testids(browser(who).get(f"/documents/{newer.id}").text)


def test_who_read_an_older_version_is_told_that_the_document_changed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    browser("ruth").get(f"/documents/{cast.invoice.id}")
    newer = again(app, cast)
    path = f"/documents/{newer.id}"
    assert "seen-before" not in testids(browser("ben").get(path).text)
    assert "seen-before" not in testids(browser("ruth").get(f"/documents/{cast.invoice.id}").text)
    page = browser("ruth").get(path).text
    assert "This document changed since you last saw it: version 1 on" in main_of(page)
    assert ", now version 2." in main_of(page)
    assert f'href="/documents/{cast.invoice.id}" data-testid="seen-version"' in page
    assert "seen-before" not in testids(browser("ruth").get(path).text), "now it has been seen"


def test_who_never_read_a_document_is_told_of_no_change(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    newer = again(app, cast)
    page = browser("ruth").get(f"/documents/{newer.id}").text
    assert "seen-before" not in testids(page)


def test_on_a_customers_page_the_state_comes_first_and_questions_last(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    found = testids(browser("ruth").get(f"/documents/{cast.invoice.id}").text)
    order = ["state", "paper", "files", "renditions", "comments", "questions"]
    assert [one for one in found if one in order] == order


def test_a_newer_version_that_was_taken_back_is_no_dead_end(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    newer = again(app, cast)
    with installation.of(app).database.transaction():
        found = queries.by_id(newer.id)
        assert found is not None
        publication.withdraw(found, BY)
    page = browser("ruth").get(f"/documents/{cast.invoice.id}").text
    assert newer.id not in page


def test_what_has_no_e_invoice_can_be_looked_at(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        document = factories.take_in(cast.lindenhof.id, None, findings=(FATAL,))
    page = browser("ben").get(f"/documents/{document.id}")
    assert page.status_code == 200
    assert "The total is wrong." in main_of(page.text)


def test_what_strangers_wrote_is_text(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    evil = "<script>alert(1)</script>"
    with installation.of(app).database.transaction():
        said = factories.einvoice("N-1", buyer=evil, seller=evil, customer_number="K-66")
        document = factories.take_in(cast.lindenhof.id, said)
    for path in (f"/documents/{document.id}", "/documents?state=held", "/desk"):
        page = browser("ben").get(path).text
        assert evil not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_file_is_downloaded_as_it_came_and_never_rendered(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    for who in ("ruth", "guest", "ben", "olga"):
        answer = browser(who).get(f"/documents/{cast.invoice.id}/files/{cast.file_id}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/xml"
        assert answer.headers["Content-Disposition"].startswith(
            'attachment; filename="invoice.xml"'
        )
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        with installation.of(app).database.reading():
            document = queries.by_id(cast.invoice.id)
        assert document is not None
        storage = runtime.current().storage
        assert answer.data == storage.read(cast.lindenhof.id, document.original)


def test_every_file_of_a_page_can_be_downloaded(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    page = ruth.get(f"/documents/{cast.invoice.id}").text
    links = [unescape(url) for url in re.findall(r'href="([^"]+/files/[^"]+)"', page)]
    assert len(links) == 1
    for url in links:
        assert ruth.get(url).status_code == 200
        assert ruth.client.head(url, base_url=BASE_URL).status_code == 200


def test_a_file_is_not_there_for_others_or_under_another_document(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    path = f"/documents/{cast.invoice.id}/files/{cast.file_id}"
    for who in ("max", "dora"):
        assert browser(who).get(path).status_code == 404
    elsewhere = f"/documents/{cast.hubers.id}/files/{cast.file_id}"
    assert browser("ben").get(elsewhere).status_code == 404


def test_a_file_whose_bytes_are_lost_is_an_error_page(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        for file in queries.files_of(cast.invoice):
            session.merge(file).sha256 = "0" * 64
    answer = browser("ben").get(f"/documents/{cast.invoice.id}/files/{cast.file_id}")
    assert answer.status_code == 404


def test_a_document_is_printed_without_what_surrounds_it(portal_css: str) -> None:
    (printed,) = re.findall(r"@media print \{(.*)", portal_css, flags=re.S)
    assert "display: none" in printed
    assert "@page" in portal_css


@pytest.fixture
def portal_css() -> str:
    """The style sheet."""
    return (assets.STATIC / "css" / "kontor.css").read_text()
