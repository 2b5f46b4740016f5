"""Lockouts in SQL: so many tries, then none for a while, and for longer each time.

A wiped Redis must not reset them, and parallel tries cannot slip through together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, case, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, insert, session

REMEMBERED: Final = timedelta(days=7)
"""How long after the last try it is forgotten that there were any."""


class Lockout(Base):
    """How often `key` was tried since it was locked last, and until when it is locked."""

    __tablename__ = "lockout"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    tries: Mapped[int]
    level: Mapped[int]
    """How often it was locked already."""
    until: Mapped[datetime | None]
    last_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was let through; the last one before a lock says until when it lasts."""

    locked_until: datetime | None = None


def admit(key: str, limit: int, waits: Sequence[timedelta]) -> Try | None:
    """Count one try of `key`, and return it; None while `key` is locked: nothing is to be compared.

    The try number `limit` locks by itself, for the next longer of `waits`. One statement asks, counts
    and locks. `limit` is at least 2, `key` has 200 characters at most.
    """
    now = clock.now()
    is_last = Lockout.tries + 1 >= limit
    ends = [(Lockout.level == level, now + wait) for level, wait in enumerate(waits)]
    row = insert(Lockout).values(key=key, tries=1, level=0, until=None, last_at=now)
    tried = row.on_conflict_do_update(
        index_elements=[Lockout.key],
        set_={
            "tries": case((is_last, 0), else_=Lockout.tries + 1),
            "level": case((is_last, Lockout.level + 1), else_=Lockout.level),
            "until": case((is_last, case(*ends, else_=now + waits[-1])), else_=None),
            "last_at": now,
        },
        where=or_(Lockout.until.is_(None), Lockout.until <= now),
    ).returning(Lockout.until)
    found = session().execute(tried).one_or_none()
    return None if found is None else Try(found[0])


def locks(keys: Sequence[str]) -> dict[str, datetime]:
    """Return those of `keys` that are locked, and until when."""
    rows = select(Lockout).where(Lockout.key.in_(keys), Lockout.until > clock.now())
    return {one.key: one.until for one in session().scalars(rows) if one.until is not None}


def succeed(key: str) -> None:
    """Begin to count `key` anew, after the right one got in; how often it was locked is kept."""
    _unlock(key, 0, 0)


def forgive(key: str, limit: int) -> None:
    """Take one try back that was no failure; all others stay counted."""
    fewer = case((Lockout.tries > 0, Lockout.tries - 1), else_=0)
    _unlock(key, limit - 1, fewer)


def _unlock(key: str, locked: object, otherwise: object) -> None:
    """Undo the lock that the present try has made itself; nobody is let through while there is another."""
    is_locked = Lockout.until > clock.now()
    session().execute(
        update(Lockout)
        .where(Lockout.key == key)
        .values(
            tries=case((is_locked, locked), else_=otherwise),
            level=case((is_locked, Lockout.level - 1), else_=Lockout.level),
            until=None,
        )
        .execution_options(synchronize_session=False)
    )


def sweep() -> None:
    """Forget what was not tried for long and is not locked."""
    now = clock.now()
    over = or_(Lockout.until.is_(None), Lockout.until <= now)
    session().execute(delete(Lockout).where(Lockout.last_at < now - REMEMBERED, over))
