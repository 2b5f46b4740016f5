"""Security counters in SQL: how often something was tried. A wiped Redis must not reset them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, case, delete, or_, select, update
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
    further = case((Counter.count > limit, Counter.count), else_=Counter.count + 1)
    return (_counted(key, 1, further, window) or 0) <= limit


def count(key: str, window: timedelta) -> int:
    """Count `key` once more, without a limit; return how often in this window."""
    return _counted(key, 1, Counter.count + 1, window) or 0


def spend(key: str, amount: int, limit: int, window: timedelta) -> bool:
    """Take `amount` out of a budget of `limit`; False where so much is not left, and nothing is taken.

    Whatever comes at once, together it is never more than `limit`.
    """
    if amount > limit:
        return False
    fits = or_(Counter.ends_at <= clock.now(), Counter.count + amount <= limit)
    return _counted(key, amount, Counter.count + amount, window, fits) is not None


def _counted(
    key: str,
    first: int,
    further: ColumnElement[int],
    window: timedelta,
    where: ColumnElement[bool] | None = None,
) -> int | None:
    """Begin a window of `key` with `first`, or go on with `further` in the one that runs.

    One statement: what comes at once is counted one after the other. None where `where` says no.
    """
    now = clock.now()
    over = Counter.ends_at <= now
    row = insert(Counter).values(key=key[:200], count=first, ends_at=now + window)
    counted = row.on_conflict_do_update(
        index_elements=[Counter.key],
        set_={
            "count": case((over, first), else_=further),
            "ends_at": case((over, now + window), else_=Counter.ends_at),
        },
        where=where,
    ).returning(Counter.count)
    return session().scalar(counted)


def so_far(key: str) -> int:
    """Return how often `key` was counted in the window that runs now."""
    return counted([key])[key]


def counted(keys: Sequence[str]) -> dict[str, int]:
    """Return how much was counted of each of `keys` in its window; 0 where nothing was."""
    cut = {key[:200]: key for key in keys}
    rows = select(Counter.key, Counter.count).where(
        Counter.key.in_(cut), Counter.ends_at > clock.now()
    )
    found = {cut[row.key]: int(row[1]) for row in session().execute(rows)}
    return {key: found.get(key, 0) for key in keys}


def give_back(key: str) -> None:
    """Take one try of `key` back that was right: only what is wrong is to be counted."""
    session().execute(
        update(Counter)
        .where(Counter.key == key[:200], Counter.count > 0)
        .values(count=Counter.count - 1)
        .execution_options(synchronize_session=False)
    )


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
