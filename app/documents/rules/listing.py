"""In which order a list of documents stands, and how a filter decides that."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.languages import N_


class Sort(StrEnum):
    """What a list can be sorted by; the value is what the address says."""

    DATE = "date"
    DUE = "due"
    AMOUNT = "amount"
    NUMBER = "number"


class Direction(StrEnum):
    """Which way a list runs."""

    UP = "up"
    DOWN = "down"

    @property
    def other(self) -> "Direction":
        """The other way."""
        return Direction.UP if self is Direction.DOWN else Direction.DOWN


AT_FIRST: Final = {
    Sort.DATE: Direction.DOWN,
    Sort.DUE: Direction.UP,
    Sort.AMOUNT: Direction.DOWN,
    Sort.NUMBER: Direction.DOWN,
}
"""Which way a list runs unless asked otherwise: the newest, the most urgent, the largest first."""

SENTENCES: Final = {
    Sort.DUE: N_("Sorted by due date."),
    Sort.AMOUNT: N_("Sorted by amount."),
    Sort.NUMBER: N_("Sorted by number."),
}
"""What a page says where the order is not the usual one; stored as msgids."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by, and which way; among equals the id decides."""

    sort: Sort
    direction: Direction

    @property
    def is_down(self) -> bool:
        """Whether the largest stands first."""
        return self.direction is Direction.DOWN


NEWEST: Final = Order(Sort.DATE, Direction.DOWN)


def order(
    sort: Sort | None,
    direction: Direction | None,
    *,
    is_searched: bool = False,
    has_due_range: bool = False,
    has_amount_range: bool = False,
) -> Order:
    """Return the order of a list: the one asked for, else the one that the filter is quickest in.

    A range is read from the index that is sorted by it. A search gathers from several indexes and
    is always shown newest first.
    """
    if is_searched:
        return NEWEST
    if sort is None:
        sort = Sort.DUE if has_due_range else Sort.AMOUNT if has_amount_range else Sort.DATE
    return Order(sort, direction or AT_FIRST[sort])
