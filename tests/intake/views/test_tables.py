"""From a table and an archive to documents, as somebody does it in the browser."""

import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import languages
from app.core.runtime import Runtime
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.intake.models import ColumnMapping, IntakeTable
from app.organisations.models import Customer
from app.web import installation
from jobs import pump
from tests.browser import Browser
from tests.cast import Cast
from tests.intake.packs import csv, letter, letters, row, zipped
from tests.web.observing import added, counts, error_at, main_of, testids

CHOSEN = {
    "number": "Rechnungsnr.",
    "date": "Datum",
    "date_order": "day_first",
    "every_kind": "invoice",
    "customer_number": "Kundennummer",
    "customer_name": "Kunde",
    "total": "Betrag",
    "decimal_sign": "point",
    "every_currency": "CHF",
    "file": "Datei",
}


def upload(somebody: Browser, table: bytes, archive: bytes, name: str = "t.csv") -> TestResponse:
    files = {"table": (io.BytesIO(table), name), "archive": (io.BytesIO(archive), "pdfs.zip")}
    return somebody.post("/intakes/tables", data=files, content_type="multipart/form-data")


def documents(here: Runtime, *numbers: str) -> dict[str, Document]:
    with here.database.reading() as session:
        rows = select(Document).where(Document.number.in_(numbers))
        return {one.number: one for one in session.scalars(rows)}


def chosen(page: str, field: str) -> str:
    """Return what stands in a choice."""
    typed = re.search(rf'<input[^>]*name="{field}"[^>]*value="([^"]*)"', page)
    if typed:
        return unescape(typed[1])
    (select_,) = re.findall(rf'<select[^>]*name="{field}".*?</select>', page, re.S)
    found = re.search(r'<option selected[^>]*value="([^"]*)"', select_)
    return unescape(found[1]) if found else ""


def test_a_table_with_pdfs_becomes_documents(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    here, ben = installation.of(app), browser("ben")
    rows = [row("B-1"), row("B-2", "K-55", "Lena Neu"), row("B-3", date="soon"), row("B-4")]
    answer = upload(ben, csv(*rows), letters("B-1", "B-2", "B-3", "B-7"))
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = ben.get(address).text
    assert (chosen(page, "number"), chosen(page, "date")) == ("Rechnungsnr.", "Datum")
    assert "remembered" not in testids(page)
    assert ben.get(f"{address}/preview").headers["Location"] == address

    assert ben.post(f"{address}/columns", data=CHOSEN).headers["Location"] == f"{address}/preview"
    seen = ben.get(f"{address}/preview").text
    text = main_of(seen)
    assert "2 documents will be taken in." in text
    assert "Invoice 2" in text
    assert "“soon” is no date." in text
    assert "The archive holds no file called “B-4.pdf”." in text
    assert text.index("Row 4") < text.index("Row 5") < text.index("Row 2")
    assert "2 rows with errors are left out." in text
    assert "B-7.pdf" in text
    assert "customers not known yet 1" in text

    before = counts(here)
    answer = ben.post(f"{address}/intake", data={"creates_customers": "y"})
    intake = answer.headers["Location"]
    assert added(before, counts(here)) == {
        "intake": 1,
        "intake_item": 2,
        "intake_row": 2,
        "journal_entry": 1,
        "journal_origin": 1,
        "journal_seal": 1,
        "outbox": 1,
    }
    assert ben.get(address).headers["Location"] == intake
    assert ben.post(f"{address}/intake").headers["Location"] == intake
    pump.work(here, 30)
    made = documents(here, "B-1", "B-2")
    assert {one.state for one in made.values()} == {State.PUBLISHED}
    assert made["B-1"].customer_id == cast.keller.id
    assert (made["B-1"].kind, made["B-1"].total_minor, made["B-1"].currency) == (
        Kind.INVOICE,
        128450,
        "CHF",
    )
    with here.database.reading() as session:
        lena = session.get(Customer, made["B-2"].customer_id)
    assert lena is not None
    assert (lena.number, lena.name) == ("K-55", "Lena Neu")
    shown = ben.get(f"/documents/{made['B-1'].id}").text
    assert "The data came from row 2 of the table t.csv." in main_of(shown)
    assert "Everything is done." in main_of(ben.get(intake).text)


def test_a_customer_reads_what_came_by_a_table(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    here, ben = installation.of(app), browser("ben")
    address = f"/intakes/tables/{cast.table.id}"
    assert ben.post(f"{address}/intake").status_code == 303
    pump.work(here, 30)
    made = documents(here, "T-1", "T-2")
    assert made["T-2"].state is State.HELD
    assert "T-1" in main_of(browser("ruth").get(f"/documents/{made['T-1'].id}").text)
    assert browser("ruth").get(f"/documents/{made['T-2'].id}").status_code == 404


def test_the_columns_are_remembered_for_the_next_table(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    headings = "A;B;C;D;E;F"
    first = upload(ben, csv(row("C-1"), headings=headings), letters("C-1")).headers["Location"]
    assert chosen(ben.get(first).text, "number") == ""
    odd = {"number": "A", "date": "B", "customer_number": "C", "total": "E", "file": "F"}
    assert (
        ben.post(f"{first}/columns", data=CHOSEN | odd | {"customer_name": "D"}).status_code == 303
    )
    other = csv("C-2.pdf;C-2;3.11.2026;K-1;Ruth;1.00", headings="f;a;b;c;d;e")
    second = upload(ben, other, letters("C-2")).headers["Location"]
    page = ben.get(second).text
    assert "remembered" in testids(page)
    assert [chosen(page, name) for name in odd] == ["a", "b", "c", "e", "f"]
    stranger = browser("dora")
    third = upload(stranger, other, letters("C-2")).headers["Location"]
    assert "remembered" not in testids(stranger.get(third).text)
    with installation.of(app).database.reading() as session:
        assert len(session.scalars(select(ColumnMapping)).all()) == 2


@pytest.mark.parametrize(
    ("table", "archive", "field", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n", letters("A"), "table", "This is no table. Save it as XLSX or CSV."),
        (csv(), letters("A"), "table", "The table has no rows below its headings."),
        (csv(row("A")), b"no archive", "archive", "This is no ZIP archive."),
        (csv(row("A")), zipped({"../A.pdf": b"%PDF-"}), "archive", "../A.pdf"),
    ],
)
def test_what_cannot_be_read_says_so_at_its_field_and_leaves_nothing(
    app: Flask,
    cast: Cast,
    browser: Callable[[str], Browser],
    table: bytes,
    archive: bytes,
    field: str,
    sentence: str,
) -> None:
    before = counts(installation.of(app))
    answer = upload(browser("ben"), table, archive)
    assert answer.status_code == 422
    assert sentence in error_at(answer.text, field)
    assert added(before, counts(installation.of(app))) == {}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"number": ""}, "number", "Choose the column that holds this."),
        ({"date": ""}, "date", "Choose the column that holds this."),
        ({"every_kind": ""}, "kind", "Choose a column, or a kind for all rows."),
        (
            {"customer_number": "", "customer_name": ""},
            "customer_number",
            "Choose at least one column that says who the customer is.",
        ),
        ({"total": "Datum"}, "total", "This column is chosen for something else already."),
        ({"every_currency": "XYZ"}, "every_currency", "Enter the currency, like CHF or EUR."),
        ({"number": "Nowhere"}, "number", "Not a valid choice."),
    ],
)
def test_wrong_columns_are_refused_and_the_upload_stays(
    app: Flask,
    cast: Cast,
    browser: Callable[[str], Browser],
    changes: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    ben, here = browser("ben"), installation.of(app)
    address = upload(ben, csv(row("A")), letters("A")).headers["Location"]
    answer = ben.post(f"{address}/columns", data=CHOSEN | changes)
    assert answer.status_code == 422
    assert sentence in error_at(answer.text, field)
    with here.database.reading() as session:
        now = session.get(IntakeTable, address.rsplit("/", 1)[-1])
        assert now is not None
        assert now.columns is None
    assert ben.post(f"{address}/columns", data=CHOSEN).status_code == 303


def test_a_formula_is_text_and_never_runs(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    evil = '=cmd|"/C calc"!A0<script>'
    content = csv(row('"=cmd|""/C calc""!A0<script>"', file="A.pdf"))
    address = upload(ben, content, letters("A")).headers["Location"]
    assert evil in main_of(ben.get(address).text)
    ben.post(f"{address}/columns", data=CHOSEN)
    page = ben.get(f"{address}/preview").text
    assert evil in main_of(page)
    assert "A0<script>" not in page


def test_nothing_good_cannot_be_taken_in(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, here = browser("ben"), installation.of(app)
    address = upload(ben, csv(row("X", date="?")), letters("X")).headers["Location"]
    ben.post(f"{address}/columns", data=CHOSEN)
    page = ben.get(f"{address}/preview").text
    assert "take-in-table" not in testids(page)
    before = counts(here)
    assert ben.post(f"{address}/intake").status_code == 409
    assert added(before, counts(here)) == {}


def test_a_preview_has_pages_and_shows_only_errors_where_asked(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    numbers = [f"N-{n}" for n in range(60)]
    rows = [row(one) for one in numbers] + [row("W-1", date="x"), row("W-2", total="viel")]
    address = upload(ben, csv(*rows), letters(*numbers, "W-1", "W-2")).headers["Location"]
    ben.post(f"{address}/columns", data=CHOSEN)
    page = ben.get(f"{address}/preview").text
    assert testids(page).count("line") == 50
    assert re.findall(r'data-row="(\d+)"', page)[:3] == ["62", "63", "2"]
    (following,) = re.findall(r'rel="next" id="pager-next" href="([^"]+)"', page)
    second = ben.get(following.replace("&amp;", "&")).text
    assert re.findall(r'data-row="(\d+)"', second) == [str(n) for n in range(50, 62)]
    (previous,) = re.findall(r'rel="prev" id="pager-previous" href="([^"]+)"', second)
    first = ben.get(previous.replace("&amp;", "&")).text
    assert re.findall(r'data-row="(\d+)"', first) == re.findall(r'data-row="(\d+)"', page)
    wrong = ben.get(f"{address}/preview?rows=wrong").text
    assert re.findall(r'data-row="(\d+)"', wrong) == ["62", "63"]


def test_a_page_of_the_preview_is_replaced_alone(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "section#results"}
    block = browser("ben").get(f"/intakes/tables/{cast.table.id}/preview", headers=headers).text
    assert testids(block).count("line") == 3
    assert "take-in-table" not in testids(block)


def test_known_bytes_are_said_beforehand(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, here = browser("ben"), installation.of(app)
    files = zipped({"K.pdf": letter("K")})
    for expected in ("1 document will be taken in.", "No document will be taken in."):
        address = upload(ben, csv(row("K")), files).headers["Location"]
        ben.post(f"{address}/columns", data=CHOSEN)
        assert expected in main_of(ben.get(f"{address}/preview").text)
        ben.post(f"{address}/intake")
        pump.work(here, 30)
    assert "known already" in main_of(ben.get(f"{address}/preview", follow_redirects=True).text)
    assert len(documents(here, "K")) == 1


@pytest.mark.parametrize("language", list(languages.LANGUAGES))
def test_the_sample_is_understood_in_every_language(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], language: str
) -> None:
    anna = browser("anna")
    anna.post("/language", data={"language": language})
    sample = anna.get("/intakes/tables/sample.csv")
    assert sample.headers["Content-Disposition"].startswith("attachment")
    address = upload(anna, sample.data, letters("2026-0412", "2026-0413")).headers["Location"]
    page = anna.get(address).text
    fields = {name: chosen(page, name) for name in (*CHOSEN, "kind", "currency", "until", "order")}
    fields |= {"customer_email": chosen(page, "customer_email")}
    assert all(fields[name] for name in fields if not name.startswith("every_")), fields
    assert anna.post(f"{address}/columns", data=fields).status_code == 303
    seen = anna.get(f"{address}/preview").text
    assert {"count-invoice", "count-credit_note"} <= set(testids(seen)), main_of(seen)
    assert "count-wrong" not in testids(seen), main_of(seen)


def test_a_place_that_nobody_of_ours_made_is_the_first_page(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    address = f"/intakes/tables/{cast.table.id}/preview"
    assert browser("ben").get(f"{address}?after=nothing").text.count('data-testid="line"') == 3
