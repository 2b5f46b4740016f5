"""The statement as its customer and as staff see it, on the screen and in files."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock, ids
from app.core.runtime import Runtime
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations.models import Customer, Organisation
from app.payments.actions import noting
from app.statements import rules
from app.web import installation
from tests import factories
from tests.browser import Browser
from tests.cast import Cast, staff
from tests.web.observing import testids

Browsers = Callable[[str], Browser]
YEAR = "since=2026-01-01&until=2026-12-31"


@pytest.fixture
def here(app: Flask) -> Runtime:
    return installation.of(app)


def published(of: Customer, number: str, kind: Kind = Kind.INVOICE, **details: object) -> Document:
    said: EInvoice = factories.einvoice(
        number,
        buyer=of.name,
        customer_number=of.number,
        **details,  # type: ignore[arg-type]
    )
    code = kind.traits.type_code or "380"
    return factories.take_in(of.organisation_id, replace(said, type_code=code), kind=kind)


@pytest.fixture
def account(here: Runtime, cast: Cast) -> None:
    """Three currencies: some before the year, some within, a credit note, and what is no entry."""
    day = date(2025, 11, 3)
    with here.database.transaction():
        of = cast.keller
        published(of, "A-1", net=Decimal("100"), issued=day, due=date(2025, 12, 3))
        published(of, "A-2", net=Decimal("200"), issued=date(2026, 3, 1), due=date(2026, 10, 20))
        published(of, "G-1", Kind.CREDIT_NOTE, net=Decimal("50"), issued=date(2026, 4, 1))
        published(of, "E-1", net=Decimal("10"), currency="EUR", issued=date(2026, 5, 1), due=None)
        published(of, "J-1", net=Decimal("1000"), currency="JPY", issued=date(2026, 6, 1))
        published(of, "Q-1", Kind.QUOTE, net=Decimal("999"), issued=date(2026, 6, 2))
        published(of, "M-1", Kind.REMINDER, net=Decimal("999"), issued=date(2026, 6, 3))
        gone = published(of, "W-1", net=Decimal("777"), issued=date(2026, 6, 4))
        gone.state, gone.is_current = State.WITHDRAWN, False


def rows_of(answer: object) -> list[list[str]]:
    text = answer.data.decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text, newline="")))


def sums(page: str, testid: str) -> list[str]:
    found = re.findall(rf'data-testid="{testid}"[^>]*>([^<]+)<', page)
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in found]


@pytest.mark.usefixtures("account")
def test_each_currency_has_its_own_account(cast: Cast, browser: Browsers) -> None:
    page = browser("ruth").get(f"/statement?{YEAR}").text
    assert sums(page, "opening") == ["108.10 CHF", "0.00 EUR", "0 JPY"]
    assert sums(page, "charged") == ["858.44 CHF", "10.81 EUR", "1’081 JPY"]
    assert sums(page, "credited") == ["-54.05 CHF", "0.00 EUR", "0 JPY"]
    assert sums(page, "closing") == ["912.49 CHF", "10.81 EUR", "1’081 JPY"]
    entries = page.split('data-testid="entries"')[1]
    for number in ("A-2", "G-1", "E-1", "J-1", "2026-0412"):
        assert f" {number}<" in entries
    for number in ("Q-1", "M-1", "W-1"):
        assert number not in page


@pytest.mark.usefixtures("account")
def test_open_items_are_aged(cast: Cast, browser: Browsers) -> None:
    with clock.standing_at(clock.midnight(date(2026, 11, 22), "Europe/Zurich")):
        page = browser("ben").get(f"/customers/{cast.keller.id}/statement?{YEAR}").text
    assert sums(page, "bucket-not_due") == ["642.24 CHF", "10.81 EUR", "1’081 JPY"]
    assert sums(page, "bucket-to_60") == ["216.20 CHF", "0.00 EUR", "0 JPY"]
    assert sums(page, "bucket-over_90") == ["108.10 CHF", "0.00 EUR", "0 JPY"]
    assert sums(page, "open-sum") == ["966.54 CHF", "10.81 EUR", "1’081 JPY"]
    items = re.findall(r"Invoice ([\w-]+)</a>", page.split('testid="open-items"')[1])
    assert items[:5] == ["A-1", "A-2", "2026-0412", "J-1", "E-1"], "what is due on no day is last"
    assert "354 days" in page


@pytest.mark.usefixtures("account")
def test_the_csv_file_holds_the_same(cast: Cast, browser: Browsers) -> None:
    answer = browser("ruth").get(f"/statement.csv?{YEAR}")
    name = 'filename="statement-K-1-2026-01-01-2026-12-31.csv"'
    assert name in answer.headers["Content-Disposition"]
    head, *lines = rows_of(answer)
    assert head == ["Currency", "Date", "Entry", "Number", "Due date", "Amount", "Balance"]
    swiss = [line for line in lines if line[0] == "CHF"]
    assert [line[3] for line in swiss] == ["", "A-2", "G-1", "2026-0412", ""]
    assert [line[5] for line in swiss] == ["", "216.20", "-54.05", "642.24", ""]
    assert [line[6] for line in swiss] == ["108.10", "324.30", "270.25", "912.49", "912.49"]


@pytest.mark.usefixtures("account")
def test_a_number_that_looks_like_a_formula_is_disarmed(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction():
        published(cast.keller, "=1+1", net=Decimal("1"), issued=date(2026, 7, 1))
    numbers = [line[3] for line in rows_of(browser("ruth").get(f"/statement.csv?{YEAR}"))]
    assert "'=1+1" in numbers


@pytest.mark.usefixtures("account")
def test_the_letter_is_in_the_customer_s_language(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction() as session:
        session.execute(update(Customer).where(Customer.id == cast.keller.id).values(language="de"))
    answer = browser("ben").get(f"/customers/{cast.keller.id}/statement.pdf?{YEAR}")
    assert answer.content_type == "application/pdf"
    name = 'filename="statement-K-1-2026-01-01-2026-12-31.pdf"'
    assert name in answer.headers["Content-Disposition"]
    text = "\n".join(
        one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(answer.data)
    )
    for words in ("Kontoauszug", "Ruth Keller", "Haus Lindenhof", "912.49", "Seite 1 von"):
        assert words in text, words
    with pikepdf.open(io.BytesIO(answer.data)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"


def test_who_has_no_documents_has_an_empty_statement(cast: Cast, browser: Browsers) -> None:
    years = "since=2020-01-01&until=2020-12-31"
    page = browser("ruth").get(f"/statement?{years}").text
    assert "empty" in testids(page)
    assert len(rows_of(browser("ruth").get(f"/statement.csv?{years}"))) == 1
    assert browser("ruth").get(f"/statement.pdf?{years}").data.startswith(b"%PDF")


def test_entries_are_paged_by_day(here: Runtime, cast: Cast, browser: Browsers) -> None:
    with here.database.transaction():
        for number in range(60):
            net, day = Decimal(number + 1), date(2026, 1 + number % 3, 1 + number // 3)
            kind = Kind.CREDIT_NOTE if number % 4 == 0 else Kind.INVOICE
            published(cast.keller, f"P-{number:02}", kind, net=net, issued=day)
    ruth, seen, url = browser("ruth"), [], f"/statement?{YEAR}"
    pages = []
    while url:
        text = ruth.get(url).text
        pages.append(re.findall(r'class="cover"[^>]*>([^<]+)<', text))
        seen += pages[-1]
        found = re.search(r'rel="next" id="pager-next" href="([^"]+)"', text)
        url = found.group(1).replace("&amp;", "&") if found else ""
    assert [len(one) for one in pages] == [25, 25, 11]
    assert len(set(seen)) == 61
    in_file = [
        f"{line[2]} {line[3]}" for line in rows_of(ruth.get(f"/statement.csv?{YEAR}")) if line[3]
    ]
    assert seen == in_file[1:], "in the order of the file"
    back = re.search(r'rel="prev" id="pager-previous" href="([^"]+)"', text)
    assert back is not None
    before = ruth.get(back.group(1).replace("&amp;", "&")).text
    assert re.findall(r'class="cover"[^>]*>([^<]+)<', before) == pages[1]


def test_a_wrong_period_is_said_and_the_year_is_shown(cast: Cast, browser: Browsers) -> None:
    page = browser("ruth").get("/statement?since=2026-05-01&until=2026-04-01").text
    assert "The end is before the beginning." in page
    assert "until-error" in page


def test_a_file_that_would_be_too_long_is_refused(
    cast: Cast, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST", 0)
    for ending in ("pdf", "csv"):
        answer = browser("ruth").get(f"/statement.{ending}?{YEAR}")
        assert answer.status_code == 409
        assert "Choose a shorter period." in answer.text


def test_letters_that_the_fonts_lack_are_named(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction() as session:
        session.get_one(Customer, cast.keller.id).name = "田中"
    answer = browser("ruth").get(f"/statement.pdf?{YEAR}")
    assert answer.status_code == 409
    assert "Our fonts lack these letters: 中 田. Take the CSV file." in answer.text


def test_a_link_to_one_document_shows_no_account(cast: Cast, browser: Browsers) -> None:
    for address in ("/statement", "/statement.pdf", "/statement.csv"):
        assert browser("guest").get(address).status_code == 409


def test_what_is_not_released_is_left_out_and_said(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction() as session:
        published(cast.keller, "G-1", Kind.CREDIT_NOTE, net=Decimal("50"))
        house = session.get_one(Organisation, cast.lindenhof.id)
        house.portal_kinds = ["invoice", "quote"]
    page = browser("ruth").get(f"/statement?{YEAR}").text
    assert "It leaves out what is not released to you: Credit notes." in page
    assert "G-1" not in page
    assert sums(page, "closing") == ["642.24 CHF"]
    staff = browser("ben").get(f"/customers/{cast.keller.id}/statement?{YEAR}").text
    assert sums(staff, "closing") == ["588.19 CHF"]


def test_the_way_there_is_one_link(cast: Cast, browser: Browsers) -> None:
    assert 'href="/statement"' in browser("ruth").get("/home").text
    assert 'href="/statement"' in browser("ruth").get("/documents").text
    assert 'href="/statement"' not in browser("guest").get("/home").text
    page = browser("ben").get(f"/customers/{cast.keller.id}").text
    assert f'href="/customers/{cast.keller.id}/statement"' in page


def test_what_was_paid_reduces_the_account_and_what_is_open(
    account: None, here: Runtime, cast: Cast, browser: Browsers
) -> None:
    """A payment before the year lowers the opening balance, one within stands among the entries."""
    who = staff(cast.ben)
    for number, minor, day in (
        ("A-1", 5000, date(2025, 12, 20)),
        ("A-2", 10000, date(2026, 10, 1)),
    ):
        with here.database.transaction() as session:
            rows = select(Document).where(Document.number == number)
            noting.note_payment(session.scalars(rows).one(), minor, day, "Bank", who, ids.new())
    path = f"/customers/{cast.keller.id}/statement"
    before = rows_of(browser("ben").get(f"{path}.csv?{YEAR}"))
    paid = [line for line in before if "Payment" in line]
    assert [line for line in paid if "A-2" in line]
    assert not [line for line in paid if "A-1" in line], "it was paid before the period"
    page = browser("ruth").get(f"/statement?{YEAR}").text
    assert "Payment A-2" in page
    with here.database.reading() as session:
        found = session.scalars(select(Document).where(Document.number == "A-1")).one()
        assert found.open_minor == (found.payable_minor or 0) - 5000
