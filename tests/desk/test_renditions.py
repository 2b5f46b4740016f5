"""Other forms of a document on its page: made, being made, impossible, ordered, downloaded."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from pypdfium2 import PdfDocument
from sqlalchemy import select

from app.core import clock, journal
from app.core.outbox import Promise
from app.delivery import queries as deliveries
from app.delivery.models import ReceiptKind
from app.documents.models import Document
from app.renditions import queries
from app.renditions.actions import making, wishes
from app.renditions.rules import SOON, Form, Reason
from app.web import installation
from jobs import runner
from tests.acceptance.quotes import quote_for
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.web.observing import testids


def pdf_of(cast: Cast) -> str:
    return f"/documents/{cast.invoice.id}/renditions/{cast.rendition_id}"


@pytest.mark.parametrize("who", ["ben", "ruth", "guest"])
def test_what_was_made_can_be_downloaded(
    cast: Cast, browser: Callable[[str], Browser], who: str
) -> None:
    one = browser(who)
    page = one.get(f"/documents/{cast.invoice.id}").text
    assert pdf_of(cast) in page
    assert "download-pdf" in testids(page)
    answer = one.client.get(pdf_of(cast), base_url=BASE_URL)
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert answer.mimetype == "application/pdf"
    assert 'filename="2026-0412.pdf"' in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = one.client.get(
        pdf_of(cast), base_url=BASE_URL, headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_customer_who_downloads_it_leaves_a_receipt_and_staff_do_not(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    browser("ben").client.get(pdf_of(cast), base_url=BASE_URL)
    browser("ruth").client.get(pdf_of(cast), base_url=BASE_URL)
    with installation.of(app).database.reading():
        found = deliveries.beside(cast.invoice.id)[1]
    downloaded = [one.reader_name for one in found if one.kind is ReceiptKind.DOWNLOADED]
    assert downloaded == ["Ruth Keller"]


@pytest.mark.parametrize("who", ["ben", "ruth"])
def test_another_form_is_ordered_once_and_the_page_waits_for_it(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], who: str
) -> None:
    one = browser(who)
    page = f"/documents/{cast.invoice.id}"
    assert "order-cii" in testids(one.get(page).text)
    for _twice in range(2):
        answer = one.post(f"{page}/renditions", {"wanted": "cii"})
        assert answer.status_code == 303
    shown = one.get(page).text
    assert {"rendition-cii", "renditions-refresh"} <= set(testids(shown))
    assert "order-cii" not in testids(shown)
    assert 'id="renditions-poll"' in shown
    block = one.get(page, headers={"HX-Request": "true", "HX-Target": "div#renditions"}).text
    assert 'data-testid="rendition-cii"' in block
    assert "<html" not in block
    with installation.of(app).database.reading():
        assert [each.form for each in queries.of_document(cast.invoice.id)] == [Form.PDF, Form.CII]


def test_what_is_not_made_yet_cannot_be_downloaded(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        wishes.want(cast.invoice, Form.CII)
        found = queries.in_form(cast.invoice.id, Form.CII)
    assert found is not None
    path = f"/documents/{cast.invoice.id}/renditions/{found.id}"
    assert browser("ruth").get(path).status_code == 409
    other = f"/documents/{cast.hubers.id}/renditions/{cast.rendition_id}"
    assert browser("ben").get(other).status_code == 404


def test_the_page_says_why_a_form_is_impossible(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        wishes.want(cast.invoice, Form.FACTURX)
        found = queries.in_form(cast.invoice.id, Form.FACTURX)
        assert found is not None
        asked = making.order(found.id)
        assert asked is not None
        making.keep(asked, making.Result(reason=Reason.FINDINGS, detail="BR-CO-15"))
    page = browser("ruth").get(f"/documents/{cast.invoice.id}").text
    assert "rendition-reason" in testids(page)
    assert "The data do not meet the rules of this format: BR-CO-15." in page


@pytest.mark.parametrize(("wanted", "status"), [("ubl", 409), ("nonsense", 303), ("", 303)])
def test_what_is_not_offered_is_not_ordered(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], wanted: str, status: int
) -> None:
    answer = browser("ruth").post(f"/documents/{cast.invoice.id}/renditions", {"wanted": wanted})
    assert answer.status_code == status
    with installation.of(app).database.reading():
        assert len(queries.of_document(cast.invoice.id)) == 1


def test_the_page_waits_for_the_pdf_of_what_was_published_a_moment_ago(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    page = f"/documents/{cast.hubers.id}"
    shown = browser("max").get(page).text
    assert {"rendition-facturx", "renditions-refresh", "order-cii"} <= set(testids(shown))
    assert "order-facturx" not in testids(shown)
    assert 'id="renditions-poll"' in shown
    with installation.of(app).database.transaction() as session:
        document = session.get_one(Document, cast.hubers.id)
        document.published_at = clock.now() - SOON
    assert "order-facturx" in testids(browser("max").get(page).text)


def test_what_nobody_published_is_not_offered(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    page = browser("ben").get(f"/documents/{cast.held.id}").text
    assert "renditions" not in testids(page)


def test_an_accepted_quote_waits_for_its_stamp_and_offers_it(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    here, ruth = installation.of(app), browser("ruth")
    with here.database.transaction():
        quote = quote_for(cast.keller)
        wishes.wish_sheet(quote.id)
    page, said = f"/documents/{quote.id}", {"answer": "accepted", "name": "Ruth Keller"}
    assert "rendition-stamped" not in testids(ruth.get(page).text)
    assert ruth.post(f"{page}/acceptance", said).status_code == 303
    waits = ruth.get(page).text
    assert "rendition-stamped" in testids(waits)
    assert 'data-testid="rendition-stamped" data-state="wanted"' in waits
    with here.database.reading() as session:
        task = journal.REACT
        promised = session.scalars(select(Promise).where(Promise.task == task)).all()
        entries = [journal.by_id(one.arguments["entry"]) for one in promised]
    (accepted,) = (
        one.id
        for one, entry in zip(promised, entries, strict=True)
        if entry is not None and entry.name == "quote.accepted"
    )
    runner.run(here, accepted)
    with here.database.reading() as session:
        work = session.scalars(select(Promise.id).where(Promise.task == wishes.MAKE)).all()
    for one in work:
        runner.run(here, one)
    done = ruth.get(page).text
    assert 'data-testid="rendition-stamped" data-state="made"' in done
    (link,) = re.findall(r'href="([^"]+)"[^>]*data-testid="download-stamped"', done)
    answer = ruth.client.get(link, base_url=BASE_URL)
    assert 'filename="Q-118-accepted.pdf"' in answer.headers["Content-Disposition"]
    with PdfDocument(answer.data) as drawn:
        assert "Accepted on" in drawn[0].get_textpage().get_text_bounded()
    again = browser("ben").post(f"{page}/reopening", {"because": "Wrong"})
    assert again.status_code == 303
    assert "rendition-stamped" not in testids(ruth.get(page).text)


def test_an_uploaded_pdf_gets_no_stamp_and_the_confirmation_says_so(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        quote = quote_for(cast.keller, media_type="application/pdf")
    ruth, page = browser("ruth"), f"/documents/{quote.id}"
    ruth.post(f"{page}/acceptance", {"answer": "accepted", "name": "Ruth Keller"})
    assert "The PDF stays as it was sent to you." in ruth.get(f"{page}/acceptance").text
    assert "rendition-stamped" not in testids(ruth.get(page).text)
