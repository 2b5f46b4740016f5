"""XLSX, read back by another library than the one that wrote it."""

import tracemalloc
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl

from app.exports.formats.workbook import write
from app.exports.formats.writing import Sheet
from app.exports.rules import Column, Style
from tests.exports.attacks import ATTACKS

TITLES = (
    (Column.NUMBER, "Number"),
    (Column.DATE, "Date"),
    (Column.CURRENCY, "Currency"),
    (Column.TOTAL, "=Total"),
)
SHEET = Sheet("Documents", TITLES, Style(";", ","))


def test_text_is_text_amounts_are_numbers_and_days_are_days(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    day = date(2026, 11, 3)
    rows = [
        ["R-1", day, "CHF", Decimal("-1284.50")],
        ["007", None, "JPY", Decimal(5000)],
        ["R-3", day, "CHF", Decimal("12345678901234567.89")],
    ]
    assert write(path, SHEET, iter(rows)) == 3
    page = openpyxl.load_workbook(path).active
    assert [cell.value for cell in page[1]] == ["Number", "Date", "Currency", "=Total"]
    assert page["A2"].value == "R-1"
    assert page["A3"].value == "007", "text stays text"
    assert (page["B2"].value, page["B2"].is_date) == (datetime(2026, 11, 3), True)  # noqa: DTZ001
    assert page["B3"].value is None
    assert (page["D2"].value, page["D2"].number_format) == (-1284.5, "#,##0.00")
    assert (page["D3"].value, page["D3"].number_format) == (5000, "#,##0")
    assert page["D4"].value == "12345678901234567.89", "more digits than a number holds"
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:D4"


def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    texts = [*ATTACKS, "http://evil.example/", "{=1+1}", "\x01control"]
    write(path, SHEET, ([text, None, None, None] for text in texts))
    page = openpyxl.load_workbook(path).active
    for row in page.iter_rows(min_row=2):
        assert row[0].data_type != "f", row[0].value
        assert row[0].hyperlink is None
    assert page.max_row == len(texts) + 1
    assert {cell.data_type for cell in page[1]} == {"s"}, "neither do titles"


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    row = ["R-2026-0000001", date(2026, 11, 3), "CHF", Decimal("1284.50")]
    peaks = []
    for rows in (500, 20_000):
        tracemalloc.start()
        write(tmp_path / f"{rows}.xlsx", SHEET, (row for _number in range(rows)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0] + 1_000_000
