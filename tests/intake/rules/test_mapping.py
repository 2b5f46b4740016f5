"""Which column means what, what a row says, and what will happen."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.rules.description import Description
from app.documents.rules.kinds import Kind
from app.intake.formats import tables
from app.intake.rules import fields, mapping, plan
from app.intake.rules import outlook as outlooks
from app.intake.rules.cells import Cell, Row, Table
from app.intake.rules.columns import Columns
from app.intake.rules.fields import Field
from app.intake.rules.outlook import Known
from app.intake.rules.plan import Entry
from app.intake.rules.said import Reading, Said
from app.intake.rules.values import DateOrder, DecimalSign
from tests.intake.packs import csv, row

PLAIN: dict[Field, Cell] = {
    Field.NUMBER: "R-1",
    Field.KIND: "Rechnung",
    Field.DATE: "3.11.2026",
    Field.UNTIL: "2026-12-03",
    Field.TOTAL: "1'284.50",
    Field.CURRENCY: "CHF",
    Field.ORDER: "4711",
    Field.CUSTOMER_NUMBER: "K-1",
    Field.CUSTOMER_NAME: "Ruth Keller",
    Field.CUSTOMER_EMAIL: "Ruth@Kunden.example",
    Field.FILE: "a.pdf",
}


def reading(changes: dict[Field, Cell] | None = None, **columns: Any) -> Reading:
    cells = PLAIN | (changes or {})
    headings = tuple(one.value for one in cells)
    table = Table(headings, (Row(2, tuple(cells.values())),))
    chosen = Columns(headings={one: one.value for one in cells}, **columns)
    return mapping.readings(table, chosen)[0]


def wrong(changes: dict[Field, Cell], **columns: Any) -> list[tuple[Field, str]]:
    return [(one.field, one.text()) for one in reading(changes, **columns).wrong]


def plans(table: bytes, *files: str) -> plan.Plan:
    read = tables.read(table)
    entries = [Entry(name, 1, name, is_pdf=name.endswith("pdf")) for name in files]
    return plan.plan(mapping.readings(read, mapping.guessed(read, "CHF")), entries)


def sentences(of: plan.Plan) -> dict[int, list[str]]:
    return {
        line.reading.row.number: [one.text() for one in line.reading.wrong] for line in of.lines
    }


def test_a_good_row_says_everything() -> None:
    description = Description(
        Kind.INVOICE, "R-1", date(2026, 11, 3), date(2026, 12, 3), "CHF", Decimal("1284.50")
    )
    said = Said(description, "K-1", "Ruth Keller", "ruth@kunden.example", "4711", "a.pdf")
    assert reading().said == said
    assert Said.from_json(said.to_json()) == said


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({Field.NUMBER: ""}, Field.NUMBER, "The number is missing."),
        ({Field.NUMBER: "x" * 101}, Field.NUMBER, "The text is longer than 100 characters."),
        ({Field.KIND: "Brief"}, Field.KIND, "“Brief” is no kind of document that Kontor knows."),
        ({Field.KIND: ""}, Field.KIND, "The kind is missing."),
        ({Field.DATE: ""}, Field.DATE, "The date is missing."),
        ({Field.DATE: "31.2.2026"}, Field.DATE, "“31.2.2026” is no date."),
        ({Field.UNTIL: "1.1.2026"}, Field.UNTIL, "This day is before the date of the document."),
        ({Field.TOTAL: "viel"}, Field.TOTAL, "“viel” is no amount."),
        ({Field.TOTAL: ""}, Field.TOTAL, "The total is missing."),
        ({Field.TOTAL: "1.234"}, Field.TOTAL, "The amount has more decimals than its currency."),
        ({Field.CURRENCY: ""}, Field.CURRENCY, "The currency is missing."),
        (
            {Field.CURRENCY: "Taler"},
            Field.CURRENCY,
            "“Taler” is no currency. Use a code like CHF or EUR.",
        ),
        (
            {Field.CUSTOMER_EMAIL: "ruth"},
            Field.CUSTOMER_EMAIL,
            "“ruth” is no e-mail address.",
        ),
        (
            {Field.CUSTOMER_NUMBER: "", Field.CUSTOMER_NAME: "", Field.CUSTOMER_EMAIL: ""},
            Field.CUSTOMER_NUMBER,
            "The row does not say who the customer is.",
        ),
    ],
)
def test_a_wrong_cell_has_its_sentence(
    changes: dict[Field, Cell], field: Field, sentence: str
) -> None:
    assert wrong(changes) == [(field, sentence)]
    assert reading(changes).said is None


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    found = wrong({Field.DATE: "?", Field.TOTAL: "?", Field.KIND: "?"})
    assert [field for field, _sentence in found] == [Field.KIND, Field.DATE, Field.TOTAL]


def test_what_holds_for_all_rows_stands_in_for_empty_cells() -> None:
    found = reading({Field.KIND: "", Field.CURRENCY: ""}, kind=Kind.QUOTE, currency="EUR").said
    assert found is not None
    assert (found.description.kind, found.description.currency) == (Kind.QUOTE, "EUR")


def test_a_currency_beside_the_amount_goes_before_the_one_of_all_rows_and_never_differs() -> None:
    found = reading({Field.TOTAL: "12.00 EUR", Field.CURRENCY: ""}, currency="CHF").said
    assert found is not None
    assert (found.description.currency, found.description.total) == ("EUR", Decimal(12))
    assert wrong({Field.TOTAL: "12.00 EUR"}) == [
        (Field.TOTAL, "The amount is in EUR, the row in CHF.")
    ]
    assert wrong({Field.TOTAL: "12.00 XYZ"}) == [(Field.TOTAL, "“12.00 XYZ” is no amount.")]


def test_a_delivery_note_needs_no_total() -> None:
    found = reading({Field.KIND: "Lieferschein", Field.TOTAL: "", Field.CURRENCY: ""})
    assert found.said is not None
    assert found.said.description.total is None


def test_numbers_and_days_of_a_workbook_are_taken_as_they_are() -> None:
    cells: dict[Field, Cell] = {
        Field.NUMBER: Decimal(20260412),
        Field.DATE: date(2026, 11, 3),
        Field.TOTAL: Decimal("1284.5"),
        Field.CUSTOMER_NUMBER: Decimal(1001),
    }
    found = reading(cells, decimal_sign=DecimalSign.COMMA, date_order=DateOrder.MONTH_FIRST).said
    assert found is not None
    assert (found.description.number, found.customer_number) == ("20260412", "1001")
    assert found.description.total == Decimal("1284.5")


@given(st.dictionaries(st.sampled_from(list(Field)), st.text(max_size=30)))
def test_every_row_gives_a_description_or_sentences_and_never_both(
    changes: dict[Field, str],
) -> None:
    found = reading(dict(changes))
    assert (found.said is None) == bool(found.wrong)
    assert all(one.text() for one in found.wrong)


@pytest.mark.parametrize(
    ("headings", "number", "date_", "total", "file"),
    [
        (
            "Rechnungsnr.;Rechnungsdatum;Betrag;Datei",
            *["Rechnungsnr.", "Rechnungsdatum", "Betrag", "Datei"],
        ),
        (
            "Belegnummer;Datum;Gesamtbetrag (CHF);PDF",
            "Belegnummer",
            "Datum",
            "Gesamtbetrag (CHF)",
            "PDF",
        ),
        (
            "Invoice no;Issue date;Amount due;File name",
            "Invoice no",
            "Issue date",
            "Amount due",
            "File name",
        ),
        (
            "Fakturanummer;Fakturadatum;Att betala;Fil",
            "Fakturanummer",
            "Fakturadatum",
            "Att betala",
            "Fil",
        ),
        ("Fakturanr.;Utstedt;Beløp;Vedlegg", "Fakturanr.", "Utstedt", "Beløp", "Vedlegg"),
    ],
)
def test_headings_are_understood_in_four_languages(
    headings: str, number: str, date_: str, total: str, file: str
) -> None:
    found = fields.guess(headings.split(";"))
    assert found == {
        Field.NUMBER: number,
        Field.DATE: date_,
        Field.TOTAL: total,
        Field.FILE: file,
    }


def test_a_heading_is_guessed_for_one_field_only() -> None:
    found = fields.guess(["Nummer", "Kundennummer", "Name", "Dateiname", "Währung", "Fällig"])
    assert found == {
        Field.NUMBER: "Nummer",
        Field.CUSTOMER_NUMBER: "Kundennummer",
        Field.CUSTOMER_NAME: "Name",
        Field.FILE: "Dateiname",
        Field.CURRENCY: "Währung",
        Field.UNTIL: "Fällig",
    }


def test_what_no_column_says_is_guessed_from_the_house() -> None:
    table = tables.read(csv(row("R-1", date="11/25/2026", total="1.284,50")))
    found = mapping.guessed(table, "EUR")
    assert (found.kind, found.currency) == (Kind.INVOICE, "EUR")
    assert (found.date_order, found.decimal_sign) == (DateOrder.MONTH_FIRST, DecimalSign.COMMA)
    assert Columns.from_json(found.to_json()) == found


def test_tables_with_the_same_headings_have_one_signature_whatever_their_order() -> None:
    one = mapping.signature(["Rechnungsnr.", "Datum"])
    assert one == mapping.signature(["datum", "RECHNUNGSNR"])
    assert one != mapping.signature(["Rechnungsnr.", "Datum", "Betrag"])


def test_a_file_is_found_by_path_by_name_and_without_its_ending() -> None:
    rows = [
        row("1", file="a/1.pdf"),
        row("2", file="2.PDF"),
        row("3", file="3"),
        row("4", file="C:\\x\\4.pdf"),
        row("5", file="5.pdf"),
        row("6", file="6.txt"),
        row("7", file=""),
        row("8", file="gone.pdf"),
        row("9", file="a/1.pdf"),
    ]
    files = ["a/1.pdf", "b/2.pdf", "3.pdf", "4.pdf", "x/5.pdf", "y/5.pdf", "6.txt", "free.pdf"]
    found = plans(csv(*rows), *files)
    assert [line.entry.name for line in found.good if line.entry] == [
        "a/1.pdf",
        "b/2.pdf",
        "3.pdf",
        "4.pdf",
    ]
    assert sentences(found) == {
        2: [],
        3: [],
        4: [],
        5: [],
        6: ["The archive holds several files called “5.pdf”."],
        7: ["“6.txt” is no PDF."],
        8: ["The name of the file is missing."],
        9: ["The archive holds no file called “gone.pdf”."],
        10: ["Row 2 names the same file."],
    }
    assert [entry.name for entry in found.unnamed] == ["x/5.pdf", "y/5.pdf", "free.pdf"]
    assert [line.reading.row.number for line in found.lines] == [6, 7, 8, 9, 10, 2, 3, 4, 5]


def test_without_a_column_the_file_is_found_by_the_number() -> None:
    table = csv("R-1;3.11.2026;K-1;1.00", headings="Rechnungsnr.;Datum;Kundennummer;Betrag")
    assert len(plans(table, "x/r-1.pdf").good) == 1


def test_the_same_number_twice_is_refused() -> None:
    found = plans(
        csv(row("1"), row("1", file="2.pdf"), row("1", date="4.11.2026")), "1.pdf", "2.pdf"
    )
    assert sentences(found)[3] == ["Row 2 has the same kind, number and date."]


def test_the_outlook_counts_documents_and_strangers_once() -> None:
    rows = [
        row("1"),
        row("2", "K-9", "Neu"),
        row("3", "K-9", "Neu"),
        row("4", "", "Alt"),
        row("5", "", "Fremd"),
        row("6", date="?"),
    ]
    files = [f"{number}.pdf" for number in "12345"]
    found = plans(csv(*rows), *files, "x.pdf")
    known = Known(frozenset({"1.pdf"}), frozenset({("number", "K-1"), ("name", "alt")}))
    outlook = outlooks.outlook(found, known)
    assert (outlook.documents, outlook.known, outlook.wrong) == (4, 1, 1)
    assert (outlook.customers, outlook.unnamed, outlook.missing) == (2, 1, 1)
    assert outlook.kinds == {"invoice": 4}


@given(st.integers(0, 130), st.integers(1, 60))
def test_pages_of_lines_meet_without_gap_or_overlap(count: int, size: int) -> None:
    table = csv(*(row(str(number)) for number in range(count + 1)))
    lines = plans(table).lines
    seen: list[plan.Line] = []
    cursor = None
    while page := plan.part(lines, cursor, size):
        seen += page
        cursor = page[-1].key
    assert tuple(seen) == lines
    if len(lines) > size:
        assert plan.part(lines, lines[size].key, size, back=True) == list(lines[:size])
