"""CSV (RFC 4180) in UTF-8 with a byte order mark, which is how spreadsheets recognise it."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from app.core.text import harmless
from app.exports.formats.writing import Sheet
from app.exports.rules import Cell, Style


def write(path: Path, sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> int:
    """Write a file line by line; returns the number of rows below the titles."""
    titles = [title for _column, title in sheet.titles]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return write_to(file, titles, rows, sheet.style)


def write_to(
    file: TextIO, titles: Sequence[str], rows: Iterable[Sequence[Cell]], style: Style
) -> int:
    """Write titles and rows into an open file; returns the number of rows below the titles."""
    count = 0
    lines = csv.writer(file, delimiter=style.separator, lineterminator="\r\n")
    lines.writerow([harmless(title) for title in titles])
    for row in rows:
        lines.writerow([_written(cell, style) for cell in row])
        count += 1
    return count


def _written(cell: Cell, style: Style) -> str:
    """Write a cell: days as ISO 8601, numbers plain with the reader's decimal sign, text harmless."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", style.decimal_sign)
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int) else harmless(cell)
