"""Tables that run over pages: their head is repeated, sums are carried over, long rows go on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.core.languages import gettext as _
from app.renditions.formats.pdf.fonts import BOLD, REGULAR, wrapped
from app.renditions.formats.pdf.sheet import BODY, INK, LEADING, LEFT, MUTED, SMALL, Pen

GAP: Final = 6.0
"""Points between two columns."""
PADDING: Final = 2.6
"""Points above and below the text of a row."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in points, whether it holds numbers (aligned right)."""

    heading: str
    width: float
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a cell for each column, remarks below the first wide cell, and what it adds up to."""

    cells: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    sum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and where they begin; `wide` is the place of the column that has the remarks.

    `money` writes a sum that is carried over; without it nothing is carried.
    """

    columns: tuple[Column, ...]
    wide: int = 0
    money: Callable[[Decimal], str] | None = None

    def left(self, place: int) -> float:
        """Return where a column begins."""
        return float(LEFT + sum(column.width for column in self.columns[:place]))


Line = list[tuple[int, str, float, str]]
"""Texts of one line: place of the column, text, size, colour."""


def draw(pen: Pen, table: Table, rows: Iterable[Row]) -> None:
    """Write a table; every page of it begins with its head, and with the sum so far."""
    pen.need(BODY * LEADING * 4)
    _head(pen, table)
    so_far: Decimal | None = Decimal(0) if table.money else None
    reserve = BODY * LEADING + 2 * PADDING if table.money else 0.0
    for row in rows:
        lines = _lines(table, row)
        height = len(lines) * BODY * LEADING + 2 * PADDING
        if not pen.fits(height + reserve):
            _turn(pen, table, so_far)
        _row(pen, table, lines, reserve, so_far)
        so_far = None if so_far is None or row.sum is None else so_far + row.sum


def _row(pen: Pen, table: Table, lines: list[Line], reserve: float, so_far: Decimal | None) -> None:
    pen.y -= PADDING
    for line in lines:
        if not pen.fits(BODY * LEADING + reserve):
            _turn(pen, table, so_far)
            pen.y -= PADDING
        for place, text, size, colour in line:
            _cell(pen, table, place, text, size, colour)
        pen.y -= BODY * LEADING
    pen.y -= PADDING
    pen.rule(pen.y + BODY * 0.95)


def _cell(
    pen: Pen, table: Table, place: int, text: str, size: float, colour: str, font: str = REGULAR
) -> None:
    column, left = table.columns[place], table.left(place)
    if column.is_number:
        pen.say(left + column.width, text, size=size, colour=colour, font=font, from_right=True)
    else:
        pen.say(left, text, size=size, colour=colour, font=font)


def _lines(table: Table, row: Row) -> list[Line]:
    columns = [
        wrapped(text, REGULAR, BODY, table.columns[place].width - GAP) or [""]
        for place, text in enumerate(row.cells)
    ]
    shown: list[list[tuple[str, float, str]]] = [
        [(text, BODY, INK) for text in texts] for texts in columns
    ]
    room = table.columns[table.wide].width - GAP
    shown[table.wide] += [
        (line, SMALL, MUTED)
        for remark in row.remarks
        for line in wrapped(remark, REGULAR, SMALL, room)
    ]
    return [
        [(place, *texts[number]) for place, texts in enumerate(shown) if number < len(texts)]
        for number in range(max(map(len, shown)))
    ]


def _head(pen: Pen, table: Table) -> None:
    headings = [
        wrapped(column.heading, BOLD, SMALL, column.width - (GAP if place else 0))
        for place, column in enumerate(table.columns)
    ]
    most = max(map(len, headings))
    for number in range(most):
        for place, lines in enumerate(headings):
            at = number - (most - len(lines))
            if at >= 0:
                _cell(pen, table, place, lines[at], SMALL, MUTED, BOLD)
        pen.y -= SMALL * LEADING
    pen.rule(pen.y + SMALL * 0.85, thick=0.9, colour=pen.house.colour)
    pen.y -= SMALL * 0.55


def _turn(pen: Pen, table: Table, so_far: Decimal | None) -> None:
    """Go on with the table on a new page, with the sum so far below and above."""
    if so_far is not None:
        _carried(pen, table, so_far)
    pen.turn()
    _head(pen, table)
    if so_far is not None:
        _carried(pen, table, so_far)


def _carried(pen: Pen, table: Table, so_far: Decimal) -> None:
    assert table.money is not None
    pen.y -= PADDING
    _cell(pen, table, table.wide, _("Carried over"), BODY, MUTED, BOLD)
    last = len(table.columns) - 1
    _cell(pen, table, last, table.money(so_far), BODY, MUTED, BOLD)
    pen.y -= BODY * LEADING + PADDING
    pen.rule(pen.y + BODY * 0.95)
