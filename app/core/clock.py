"""The only place that asks what time it is, so that a sandbox and a test can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_standing: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return _standing.get() or datetime.now(UTC)


def today(timezone: str) -> date:
    """Return the calendar day it is now in an IANA `timezone`: due dates are days of a place."""
    return now().astimezone(ZoneInfo(timezone)).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` within a block."""
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)
