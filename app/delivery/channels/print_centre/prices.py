"""What a letter costs, by postage class and sheets (B2-22)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.core.errors import Invalid
from app.core.money import Money

LINE: Final = re.compile(
    r"(?P<postage>.*?)\s+(?P<sheets>\d{1,4})\s+(?P<price>\d{1,6}([.,]\d{1,4})?)"
)
ANY: Final = frozenset({"", "*"})


@dataclass(frozen=True, slots=True)
class Price:
    """What letters of a class cost up to a number of sheets, in major units."""

    postage: str
    sheets: int
    amount: Decimal


def read(table: str) -> list[Price]:
    """Read a table of prices, one `class sheets price` in a line; raises `ValueError`."""
    return [_read(line) for line in table.splitlines() if line.strip()]


def _read(line: str) -> Price:
    found = LINE.fullmatch(f" {line.strip()}" if line.strip()[:1].isdigit() else line.strip())
    if found is None:
        raise ValueError(line)
    amount = Decimal(found["price"].replace(",", "."))
    return Price(found["postage"].strip(), int(found["sheets"]), amount)


def cost(table: Sequence[Price], postage: str, sheets: int, currency: str) -> int | None:
    """Return what a letter costs in minor units, or None where no line of the table fits."""
    for one in table:
        fits = one.postage in ANY or one.postage.casefold() == postage.casefold()
        if fits and sheets <= one.sheets:
            try:
                return Money.of(one.amount, currency).minor
            except Invalid:
                return None
    return None
