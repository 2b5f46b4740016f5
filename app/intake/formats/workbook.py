"""The first sheet of an XLSX workbook, read row by row; formulas only as the values they had."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import openpyxl

from app.core.languages import N_
from app.intake.formats import archive
from app.intake.formats.refusal import UnreadableError
from app.intake.rules.cells import Cell

RATIO_LIMIT: Final = 200
"""How many times larger a part of the workbook may become when it is unpacked."""
PLACE_LIMIT: Final = 100_000
"""The last row that is looked at: a sheet may claim a million empty ones."""
_DECLARATIONS: Final = tuple(
    text.encode(encoding)
    for text in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def rows(content: bytes, size_limit: int, width: int) -> Iterator[Sequence[Cell]]:
    """Yield the cells of each row, empty rows too, at most `width` columns.

    Raises `UnreadableError` before anything is unpacked where that would be more than `size_limit`
    bytes, and where the workbook is broken or declares entities.
    """
    _refuse_bombs(content, size_limit)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that nobody here looks at
            yield from _cells(content, width)
    except UnreadableError:
        raise
    except Exception as error:  # whatever a broken workbook makes the reader raise
        raise _broken() from error


def _broken() -> UnreadableError:
    return UnreadableError("KT-TABLE-BROKEN", N_("The workbook is broken. Save it anew as XLSX."))


def _refuse_bombs(content: bytes, size_limit: int) -> None:
    archive.refuse_directory(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            found = parts.infolist()
            if sum(part.file_size for part in found) > size_limit or any(
                part.file_size > RATIO_LIMIT * max(part.compress_size, 1024) for part in found
            ):
                raise UnreadableError("KT-TABLE-SIZE", N_("The table is too large. Divide it."))
            for part in found:
                if part.filename.endswith((".xml", ".rels")):
                    text = parts.read(part)
                    if any(one in text for one in _DECLARATIONS):
                        raise _broken()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise _broken() from error


def _cells(content: bytes, width: int) -> Iterator[Sequence[Cell]]:
    book = openpyxl.load_workbook(
        BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # the sheet only claims them
        for number, values in enumerate(sheet.iter_rows(max_col=width, values_only=True), 1):
            if number > PLACE_LIMIT:
                raise UnreadableError("KT-TABLE-SIZE", N_("The table is too large. Divide it."))
            yield [_cell(value) for value in values]
    finally:
        book.close()


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        # A spreadsheet shows 15 digits; what a formula left behind them is no part of an amount.
        number = Decimal(value if isinstance(value, int) else f"{value:.15g}")
        return number if number.is_finite() else str(value)
    return str(value).strip()
