"""Tables as bytes: CSV (RFC 4180 and what offices make of it) and XLSX (ECMA-376)."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from app.core.languages import N_
from app.documents.formats import media_types
from app.intake.formats import archive, workbook
from app.intake.formats.refusal import UnreadableError
from app.intake.rules.cells import Cell, Row, Table, headings, shown

ROW_LIMIT: Final = 20_000
COLUMN_LIMIT: Final = 100
BYTE_LIMIT: Final = 20 * 1024 * 1024
"""Bytes of a CSV, and of an XLSX once it is unpacked."""
CELL_LIMIT: Final = 2000
"""Characters of one cell; what is longer is no number, date, name or amount."""

DELIMITERS: Final = ";,\t|"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV is written."""

    encoding: str
    delimiter: str


def read(content: bytes) -> Table:
    """Return the table that a CSV or the first sheet of an XLSX holds; raises `UnreadableError`.

    The bytes decide which it is. At most `ROW_LIMIT` rows and `COLUMN_LIMIT` columns; nothing in a
    cell is ever evaluated.
    """
    if content.startswith(b"PK"):
        archive.refuse_directory(content)
    media_type = media_types.media_type_of(content)
    if media_type == media_types.XLSX:
        return _table(workbook.rows(content, BYTE_LIMIT, COLUMN_LIMIT + 1))
    if media_type != media_types.UNKNOWN or content.startswith(_OLD_OFFICE):
        raise UnreadableError("KT-TABLE-TYPE", N_("This is no table. Save it as XLSX or CSV."))
    if len(content) > BYTE_LIMIT:
        raise UnreadableError("KT-TABLE-SIZE", N_("The table is too large. Divide it."))
    text, _dialect = decoded(content)
    return _table(_records(text))


def decoded(content: bytes) -> tuple[str, Dialect]:
    """Return a CSV's text and how it is written; raises `UnreadableError` where it is no text.

    UTF-8 and UTF-16 with a mark (BOM), UTF-16 without one, UTF-8, then Windows-1252.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, Dialect(encoding, _delimiter(text))
    raise UnreadableError("KT-TABLE-TYPE", N_("This is no table. Save it as XLSX or CSV."))


def _encodings(content: bytes) -> Sequence[str]:
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    start = content[:2000]
    if b"\0" in start:
        return ("utf-16-le",) if start[1::2].count(0) > start[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "cp1252")


def _delimiter(text: str) -> str:
    """Return the character that divides most of the first lines into the same number of cells."""
    first = text[:20].partition("\n")[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5:  # as a spreadsheet program writes it
        return first[4]
    return max(DELIMITERS, key=lambda one: _likeness(text, one))


def _likeness(text: str, delimiter: str) -> tuple[int, int]:
    lines = text[:20_000].splitlines()[:20]
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        widths = [len(cells) for cells in reader if cells]
    except csv.Error:
        return 0, 0
    usual = max(widths, key=widths.count) if widths else 0
    return (widths.count(usual) if usual > 1 else 0), usual


def _records(text: str) -> Iterator[Sequence[Cell]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for place, cells in enumerate(reader):
            is_remark = not place and cells and cells[0].lower().startswith("sep=")
            yield [] if is_remark else [cell.strip() for cell in cells]
    except csv.Error as error:
        sentence = N_(
            "Line %(line)s of the table cannot be read: its quotation marks do not close."
        )
        raise UnreadableError("KT-TABLE-QUOTES", sentence, line=str(reader.line_num)) from error


def _table(records: Iterator[Sequence[Cell]]) -> Table:
    numbered = (
        (number, cells) for number, cells in enumerate(records, 1) if any(map(shown, cells))
    )
    first = next(numbered, None)
    found = list(_bounded(numbered))
    if first is None or not found:
        raise UnreadableError("KT-TABLE-EMPTY", N_("The table has no rows below its headings."))
    width = max(_width(cells) for cells in [first[1], *(row.cells for row in found)])
    rows = tuple(Row(row.number, _filled(row.cells, width)) for row in found)
    return Table(headings(first[1], width), rows)


def _bounded(numbered: Iterator[tuple[int, Sequence[Cell]]]) -> Iterator[Row]:
    for count, (number, cells) in enumerate(numbered, 1):
        if count > ROW_LIMIT:
            sentence = N_("The table has more than %(limit)s rows. Divide it.")
            raise UnreadableError("KT-TABLE-ROWS", sentence, limit=str(ROW_LIMIT))
        if _width(cells) > COLUMN_LIMIT:
            sentence = N_("Row %(row)s of the table has more than %(limit)s columns.")
            values = {"row": str(number), "limit": str(COLUMN_LIMIT)}
            raise UnreadableError("KT-TABLE-COLUMNS", sentence, **values)
        if any(isinstance(cell, str) and len(cell) > CELL_LIMIT for cell in cells):
            sentence = N_("Row %(row)s of the table has a cell of more than %(limit)s characters.")
            values = {"row": str(number), "limit": str(CELL_LIMIT)}
            raise UnreadableError("KT-TABLE-CELL", sentence, **values)
        yield Row(number, tuple(cells))


def _width(cells: Sequence[Cell]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if shown(cell)), default=0)


def _filled(cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    return (*cells[:width], *("" for _missing in range(width - len(cells))))
