"""The only place that asks what time it is, so that a sandbox and a test can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_standing: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return _standing.get() or datetime.now(UTC)


def today(timezone: str) -> date:
    """Return the calendar day it is now in an IANA `timezone`: due dates are days of a place."""
    return now().astimezone(ZoneInfo(timezone)).date()


def midnight(day: date, timezone: str) -> datetime:
    """Return the moment at which a calendar day begins in an IANA `timezone`.

    Days in which the clock is moved have 23 or 25 hours; where midnight itself is left out, the day
    begins as long after it.
    """
    begins = datetime.combine(day, time(), ZoneInfo(timezone))
    return begins.astimezone(UTC)


def last_days(timezone: str, count: int) -> list[tuple[date, datetime]]:
    """Return the last `count` days of a place, today being the last, each with its first moment."""
    today_there = today(timezone)
    days = (today_there - timedelta(days=place) for place in reversed(range(count)))
    return [(day, midnight(day, timezone)) for day in days]


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` within a block."""
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)
