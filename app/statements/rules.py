"""What a statement of account says: balances, open items, and how old these are. Amounts in minor units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.core.languages import N_

MOST: Final = 5_000
"""Entries, and open items, that a PDF or a CSV file holds."""


class Source(StrEnum):
    """What an entry of the account comes from."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"


SIGNS: Final = {Source.INVOICE: 1, Source.CREDIT_NOTE: -1, Source.PAYMENT: -1}
"""Which way a source moves the balance that the customer owes."""
SOURCE_NAMES: Final = {
    Source.INVOICE: N_("Invoice"),
    Source.CREDIT_NOTE: N_("Credit note"),
    Source.PAYMENT: N_("Payment"),
}


class Bucket(StrEnum):
    """For how long something has been overdue, in days."""

    NOT_DUE = "not_due"
    TO_30 = "to_30"
    TO_60 = "to_60"
    TO_90 = "to_90"
    OVER_90 = "over_90"


BUCKET_NAMES: Final = {
    Bucket.NOT_DUE: N_("Not due yet"),
    Bucket.TO_30: N_("1 to 30 days"),
    Bucket.TO_60: N_("31 to 60 days"),
    Bucket.TO_90: N_("61 to 90 days"),
    Bucket.OVER_90: N_("More than 90 days"),
}
ENDS: Final = {Bucket.NOT_DUE: 0, Bucket.TO_30: 30, Bucket.TO_60: 60, Bucket.TO_90: 90}
"""The last day of each bucket; the rest is older."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a statement, both included."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account; `minor` is what it adds to what the customer owes."""

    id: str
    source: Source
    number: str
    day: date
    due: date | None
    currency: str
    minor: int
    document_id: str | None = None
    """The document that it is about; None where nobody can look at one."""


@dataclass(frozen=True, slots=True)
class Balance:
    """An account in one currency: what was owed before the period, and what the period changed."""

    currency: str
    opening: int
    charged: int
    credited: int
    """As an amount that reduces what is owed: zero or more, as a rule."""
    entries: int
    """How many there are in the period."""

    @property
    def closing(self) -> int:
        """What is owed at the end of the period."""
        return self.opening + self.charged - self.credited


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice that is not settled at present, or `count` of them that are due on the same day."""

    currency: str
    due: date | None
    minor: int
    count: int = 1
    number: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a statement says; open items are those of `today`."""

    period: Period
    today: date
    balances: tuple[Balance, ...]
    entries: tuple[Entry, ...]
    open_items: tuple[OpenItem, ...]


def balances(moved: Iterable[tuple[str, Source, int, int, int]]) -> list[Balance]:
    """Return the accounts by currency.

    `moved` has currency, source, its amounts before the period and within it, and how many entries
    it has within, each amount as the documents say it: without a sign of ours.
    """
    found: dict[str, list[int]] = {}
    for currency, source, before, within, count in moved:
        sums = found.setdefault(currency, [0, 0, 0, 0])
        sums[0] += SIGNS[source] * before
        sums[1 if SIGNS[source] > 0 else 2] += within
        sums[3] += count
    return [Balance(currency, *found[currency]) for currency in sorted(found)]


def running(opening: int, entries: Iterable[Entry]) -> list[tuple[Entry, int]]:
    """Return the entries of one currency, each with the balance after it."""
    lines, balance = [], opening
    for entry in entries:
        balance += entry.minor
        lines.append((entry, balance))
    return lines


def days_overdue(due: date | None, today: date) -> int:
    """Return for how many days something is overdue; what is due on no day never is."""
    return 0 if due is None else max(0, (today - due).days)


def bucket(due: date | None, today: date) -> Bucket:
    """Return where in the ageing something belongs."""
    days = days_overdue(due, today)
    return next((one for one, end in ENDS.items() if days <= end), Bucket.OVER_90)


def ageing(items: Iterable[OpenItem], today: date) -> dict[str, dict[Bucket, int]]:
    """Return what is open by currency and bucket; every bucket is there, empty or not."""
    found: dict[str, dict[Bucket, int]] = {}
    for item in items:
        sums = found.setdefault(item.currency, dict.fromkeys(Bucket, 0))
        sums[bucket(item.due, today)] += item.minor
    return dict(sorted(found.items()))


def overdue(sums: Mapping[Bucket, int]) -> int:
    """Return how much of an ageing is overdue."""
    return sum(minor for one, minor in sums.items() if one is not Bucket.NOT_DUE)


def this_year(today: date) -> Period:
    """Return the calendar year up to its end: what a statement is about unless asked otherwise."""
    return Period(date(today.year, 1, 1), date(today.year, 12, 31))


def last_year(today: date) -> Period:
    """Return the calendar year before."""
    return Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))


def last_months(today: date) -> Period:
    """Return the last twelve months up to today."""
    # On 29 February there is no such day a year before: the period begins on 1 March.
    start = date(today.year - 1, 3, 1) if (today.month, today.day) == (2, 29) else None
    return Period(start or today.replace(year=today.year - 1), today)


PRESETS: Final = (
    (N_("This year"), this_year),
    (N_("Last year"), last_year),
    (N_("Last 12 months"), last_months),
)
"""Name as a msgid, and the period for a day."""


def file_name(number: str, period: Period, ending: str) -> str:
    """Return the name of a file, `number` being the customer's."""
    return f"statement-{number}-{period.since}-{period.until}.{ending}"
