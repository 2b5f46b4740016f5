"""What a program asks a list for; a wrong wish is named, never ignored."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.api.parameters import Parameters
from app.core import ids
from app.core.languages import gettext as _
from app.documents.queries import Filters
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State

SIZE = 25
LARGEST = 100
NAMES = frozenset({"kind", "state", "customer", "since", "until", "number", "limit", "after"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """Filters, the keyset cursor, and how many rows."""

    filters: Filters
    after: tuple[date, str] | None
    limit: int


def read() -> Wishes:
    """Return what the address asks for; raises `Problem` 400 with every wrong parameter."""
    reader = Parameters(NAMES)
    wishes = Wishes(
        Filters(
            kind=reader.value("kind", Kind, _choices(Kind)),
            state=reader.value("state", State, _choices(State)),
            customer_id=reader.value("customer", str, ""),
            since=reader.value("since", date.fromisoformat, _day()),
            until=reader.value("until", date.fromisoformat, _day()),
            search=reader.value("number", _number, _("Use at most 100 characters.")) or "",
        ),
        reader.value("after", _place, _("Use “next” of the page before.")),
        reader.value("limit", _limit, _("Use a number from 1 to %(most)s.", most=LARGEST)) or SIZE,
    )
    reader.finish()
    return wishes


def older_than() -> str | None:
    """Return the id that the address asks for what is older than; raises `Problem` 400."""
    reader = Parameters({"before"})
    before = reader.value("before", _id, _("Use “older” of the page before."))
    reader.finish()
    return before


def _id(given: str) -> str:
    if not re.fullmatch(ids.PATTERN, given):
        raise ValueError(given)
    return given


CUSTOMER_NAMES = frozenset({"number", "limit", "after"})
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class CustomerWishes:
    """How numbers begin, the keyset cursor, and how many rows."""

    number: str
    after: str | None
    limit: int


def read_customers() -> CustomerWishes:
    """Return what the address asks for; raises `Problem` 400 with every wrong parameter."""
    reader = Parameters(CUSTOMER_NAMES)
    longest = _("Use at most %(count)s characters.", count=LONGEST_NUMBER)
    wishes = CustomerWishes(
        reader.value("number", _customer_number, longest) or "",
        reader.value("after", _customer_number, _("Use “next” of the page before.")),
        reader.value("limit", _limit, _("Use a number from 1 to %(most)s.", most=LARGEST)) or SIZE,
    )
    reader.finish()
    return wishes


def _customer_number(given: str) -> str:
    if len(given) > LONGEST_NUMBER:
        raise ValueError(given)
    return given


def _choices(words: Any) -> str:
    return _("Use one of: %(words)s.", words=", ".join(one.value for one in words))


def _day() -> str:
    return _("Use a day like 2026-10-30.")


def _number(given: str) -> str:
    if len(given) > 100:
        raise ValueError(given)
    return given


def _place(given: str) -> tuple[date, str]:
    day, _tilde, document_id = given.partition("~")
    if len(document_id) != 26 or not document_id.isascii():
        raise ValueError(given)
    return date.fromisoformat(day), document_id


def _limit(given: str) -> int:
    number = int(given)
    if not 1 <= number <= LARGEST:
        raise ValueError(given)
    return number
