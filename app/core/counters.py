"""Security counters in SQL: how often something was tried. A wiped Redis must not reset them."""

from datetime import datetime, timedelta

from sqlalchemy import String, case, delete
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, insert, session


class Counter(Base):
    """How often `key` ("sign-in:anna@example.org") was counted until `ends_at`."""

    __tablename__ = "counter"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime]


def allow(key: str, limit: int, window: timedelta) -> bool:
    """Count one try of `key`; False where `limit` tries were counted in this window already.

    One statement counts and asks, so that parallel tries cannot slip through together. The count
    stops at `limit` + 1: the window ends when it ends, an attacker cannot prolong it.
    """
    now = clock.now()
    over = Counter.ends_at <= now
    row = insert(Counter).values(key=key[:200], count=1, ends_at=now + window)
    counted = row.on_conflict_do_update(
        index_elements=[Counter.key],
        set_={
            "count": case(
                (over, 1), (Counter.count > limit, Counter.count), else_=Counter.count + 1
            ),
            "ends_at": case((over, now + window), else_=Counter.ends_at),
        },
    ).returning(Counter.count)
    return (session().scalar(counted) or 0) <= limit


def is_over(key: str, limit: int) -> bool:
    """Say whether more than `limit` tries of `key` were counted already; it counts nothing."""
    found = session().get(Counter, key[:200])
    return found is not None and found.ends_at > clock.now() and found.count > limit


def note(key: str, limit: int, window: timedelta) -> None:
    """Count one try of `key` after the page that it was made on was read."""
    allow(key, limit, window)


def forget(key: str) -> None:
    """Start `key` afresh, after the right person got in."""
    session().execute(delete(Counter).where(Counter.key == key[:200]))


def sweep() -> None:
    """Remove counters whose window is over."""
    session().execute(delete(Counter).where(Counter.ends_at <= clock.now()))
