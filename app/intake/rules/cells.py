"""A table as it was read: headings, and rows of text, numbers and days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Cell = str | Decimal | date
"""Text as it stands there; a number or a day only where the file itself says that it is one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is the one that spreadsheets show, from 1, headings included."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Headings, each different, and the rows below that hold anything."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def samples(self, heading: str, count: int = 3) -> list[str]:
        """Return the first values of a column that say anything, as they are shown."""
        place = self.headings.index(heading)
        found = (shown(row.cells[place]) for row in self.rows[:50])
        return [text for text in found if text][:count]

    def to_json(self) -> dict[str, Any]:
        """Return plain values; a number is `["n", …]`, a day `["d", …]`."""
        rows = [[row.number, list(map(_plain, row.cells))] for row in self.rows]
        return {"headings": list(self.headings), "rows": rows}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Table":
        """Return the table that `to_json` wrote."""
        rows = (Row(number, tuple(_cell(one) for one in cells)) for number, cells in data["rows"])
        return cls(tuple(data["headings"]), tuple(rows))


def shown(cell: Cell) -> str:
    """Return a cell as text: days in ISO 8601, numbers without an exponent."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell


def headings(cells: Sequence[Cell], width: int) -> tuple[str, ...]:
    """Return `width` headings, each different: an empty one is called by its column's letter."""
    found: list[str] = []
    for place in range(width):
        text = " ".join(shown(cells[place]).split())[:80] if place < len(cells) else ""
        plain = name = text or letter(place)
        for repeated in range(2, width + 2):
            name = f"{plain} ({repeated})" if name in found else name
        found.append(name)
    return tuple(found)


def letter(place: int) -> str:
    """Return what spreadsheets call a column: 0 → A, 26 → AA."""
    before, last = divmod(place, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def _plain(cell: Cell) -> str | list[str]:
    if isinstance(cell, str):
        return cell
    return ["n" if isinstance(cell, Decimal) else "d", shown(cell)]


def _cell(data: str | list[str]) -> Cell:
    if isinstance(data, str):
        return data
    return Decimal(data[1]) if data[0] == "n" else date.fromisoformat(data[1])
