"""XLSX (ISO/IEC 29500), row by row onto the disk: text as text, amounts as numbers, days as days."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from app.exports.formats.writing import Sheet
from app.exports.rules import WIDTHS, Cell

EXACT: Final = 15
"""Digits that a number of a worksheet holds exactly; longer ones are written as text."""
SHORT_DAY: Final = 14
"""The built-in format of a day: shown as the reader's own country writes it."""


def write(path: Path, sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> int:
    """Write a workbook with one sheet: titles stay in view and filter; returns the number of rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet(sheet.name[:31])
        for place, (column, _title) in enumerate(sheet.titles):
            page.set_column(place, place, WIDTHS[column])
        page.freeze_panes(1, 0)
        head = book.add_format({"bold": True, "bottom": 1})
        for place, (_column, title) in enumerate(sheet.titles):
            page.write_string(0, place, title, head)
        looks = _Looks(book)
        count = 0
        for count, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                _put(page, count, place, cell, looks)
        page.autofilter(0, 0, count, len(sheet.titles) - 1)
    return count


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self.day = book.add_format({"num_format": SHORT_DAY})
        self._amounts: dict[int, Any] = {}

    def amount(self, value: Decimal) -> Any:
        """Return the format of an amount with as many decimals as it has."""
        digits = max(0, -int(value.as_tuple().exponent))
        if digits not in self._amounts:
            pattern = "#,##0" + ("." + "0" * digits if digits else "")
            self._amounts[digits] = self._book.add_format({"num_format": pattern})
        return self._amounts[digits]


def _put(page: Any, line: int, place: int, cell: Cell, looks: _Looks) -> None:
    if cell is None:
        return
    if isinstance(cell, Decimal):
        if len(cell.as_tuple().digits) > EXACT:
            page.write_string(line, place, f"{cell:f}")
        else:
            page.write_number(line, place, cell, looks.amount(cell))
    elif isinstance(cell, date):
        page.write_datetime(line, place, cell, looks.day)
    elif isinstance(cell, int):
        page.write_number(line, place, cell)
    else:
        page.write_string(line, place, cell)
