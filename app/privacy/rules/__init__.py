"""Whom something is about, what becomes of it when they are forgotten, and how long things are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final


class SubjectKind(StrEnum):
    """Whom data are about."""

    PERSON = "person"
    """A login: somebody who works here, or a customer's contact."""
    CUSTOMER = "customer"
    """A customer with all its people, links and documents."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about, within one organisation."""

    kind: SubjectKind
    id: str
    organisation_id: str
    emails: frozenset[str] = frozenset()
    """Every address of theirs that is known, in lower case."""


class Fate(StrEnum):
    """What happens to a table's rows about somebody who is forgotten."""

    DELETED = "deleted"
    BLANKED = "blanked"
    """The row stays, what tells who it was about is gone."""
    HELD = "held"
    """Kept by law or as proof; see `after`."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one table knows somebody, and what becomes of that."""

    name: str
    """What its rows are called, as a msgid."""
    fate: Fate
    why: str
    """A sentence for whoever is told or asks, as a msgid."""
    person: tuple[str, ...] = ()
    """Columns that hold a person's id."""
    customer: tuple[str, ...] = ()
    """Columns that hold a customer's id."""
    email: tuple[str, ...] = ()
    """Columns that hold an address."""
    via: tuple[tuple[str, str, str], ...] = ()
    """(own column, other table, its column): rows that belong to rows of theirs elsewhere."""
    blank: Mapping[str, object] = field(default_factory=dict)
    """Column → what it says afterwards; `{id}` is the row's own id."""
    secret: frozenset[str] = frozenset()
    """Columns that are nobody's business but the machine's: never told."""
    after: Fate | None = None
    """What happens to what was held when its time is over; None: nothing, it tells nobody's name."""


KEPT_YEARS: Final = {"CH": 10, "DE": 10, "AT": 7, "SE": 7, "NO": 5, "DK": 5, "NL": 7, "FI": 6}
"""Country → full years after the one of issue that books and their vouchers are kept.

CH OR 958f; DE AO 147 (vouchers 8 since 2025, books 10); AT BAO 132; SE BFL 7:2; NO bokforingsloven 13.
"""
LONGEST_KEPT: Final = 10


def held_until(country: str, newest_issue: date | None) -> date | None:
    """Return the last day that documents are kept; None where there is none."""
    if newest_issue is None:
        return None
    return date(newest_issue.year + KEPT_YEARS.get(country, LONGEST_KEPT), 12, 31)


def is_held(today: date, until: date | None) -> bool:
    """Say whether documents still have to be kept."""
    return until is not None and today <= until
