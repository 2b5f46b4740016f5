"""When a report is due, on the clock of a place: strictly one slot after the other, none twice.

Where the clock is put forward and a wall time is left out, the slot comes as long after the gap as the
time lies in it (02:30 becomes 03:30); where it is put back and a wall time comes twice, it is the first.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.core.languages import N_


class Interval(StrEnum):
    """How often a report is made."""

    AT_ONCE = "at_once"
    """As soon as there is a problem."""
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


INTERVAL_NAMES: Final = {
    Interval.AT_ONCE: N_("At once when there is a problem"),
    Interval.DAILY: N_("Every day"),
    Interval.WEEKLY: N_("Every week"),
    Interval.MONTHLY: N_("Every month"),
}

LAST_DAY: Final = 31
"""Stands for the last day of a month, however long it is."""
MONTH_DAYS: Final = (*range(1, 29), LAST_DAY)

COLLECTED: Final = timedelta(minutes=15)
"""At most one mail of a report "at once" in this time."""
SETTLED: Final = timedelta(minutes=1)
"""What is younger may still be on its way into the database."""
QUIET_STEP: Final = timedelta(hours=1)
"""Without problems, a report "at once" forgets what lies further back."""

_DAY: Final = timedelta(days=1)
_LOOK: Final = 64
"""Days within which every slot has a neighbour, also on either side of a day that a place left out."""


@dataclass(frozen=True, slots=True)
class When:
    """How often, and at which minute of which days."""

    interval: Interval
    minute: int
    """Since midnight on the wall, 0 to 1439."""
    weekday: int = 0
    """Monday is 0; for weekly ones."""
    month_day: int = 1
    """1 to 28, or `LAST_DAY`; for monthly ones."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a run covers: from `begins` on, before `ends`."""

    begins: datetime
    ends: datetime


def next_slot(when: When, zone: str, after: datetime) -> datetime:
    """Return the first slot after a moment, in UTC; `zone` is an IANA name.

    Raises `ValueError` for a report at once: it has no slots.
    """
    first = after.astimezone(ZoneInfo(zone)).date() - _DAY
    for place in range(_LOOK):
        slot = _slot(when, zone, first + place * _DAY)
        if slot is not None and slot > after:
            return slot
    raise ValueError("no slot follows")


def last_slot(when: When, zone: str, until: datetime) -> datetime:
    """Return the last slot that is not after a moment, in UTC; of missed ones the newest."""
    last = until.astimezone(ZoneInfo(zone)).date() + _DAY
    for place in range(_LOOK):
        slot = _slot(when, zone, last - place * _DAY)
        if slot is not None and slot <= until:
            return slot
    raise ValueError("no slot came before")


def _slot(when: When, zone: str, day: date) -> datetime | None:
    """Return the slot that a day of a place has, if it has one."""
    if when.interval is Interval.AT_ONCE:
        return None
    if when.interval is Interval.WEEKLY and day.weekday() != when.weekday:
        return None
    longest = monthrange(day.year, day.month)[1]
    if when.interval is Interval.MONTHLY and day.day != min(when.month_day, longest):
        return None
    wall = datetime.combine(day, time(*divmod(when.minute, 60)), ZoneInfo(zone))
    return wall.astimezone(UTC)


def period(when: When, zone: str, slot: datetime, covered_until: datetime | None) -> Period:
    """Return what the run of a slot covers: all since the run before, or since the slot before."""
    return Period(covered_until or before(when, zone, slot), slot)


def latest(when: When, zone: str, now: datetime) -> Period:
    """Return the last period that is over: what a preview shows."""
    ends = now if when.interval is Interval.AT_ONCE else last_slot(when, zone, now)
    return Period(before(when, zone, ends), ends)


def before(when: When, zone: str, slot: datetime) -> datetime:
    """Return the slot before a slot; for a report at once, a day earlier."""
    if when.interval is Interval.AT_ONCE:
        return slot - _DAY
    return last_slot(when, zone, slot - timedelta(microseconds=1))
