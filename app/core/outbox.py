"""Work promised in a transaction and done later, at least once, by whoever claims it.

The row is the truth, an RQ job only a kick. A claim is one conditional UPDATE that moves `due_at` to
the end of the lease: work whose worker died falls due again by itself, nobody has to sweep. The
lease's token fences: whoever comes back after its lease cannot finish what another has taken over.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Select,
    String,
    delete,
    false,
    func,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, ids, tokens
from app.core.db import Base, insert, session

LONGEST_PAUSE = timedelta(hours=6)


class Promise(Base):
    """One piece of later work; it is deleted when done and kept when nobody could do it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "priority",
            "due_at",
            sqlite_where=text("dead = 0"),
            postgresql_where=text("NOT dead"),
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    task: Mapped[str] = mapped_column(String(64))
    arguments: Mapped[dict[str, str]] = mapped_column(JSON)
    """Ids only: what they mean is read when the work is done."""
    key: Mapped[str | None] = mapped_column(String(100), unique=True)
    """Two promises with one key are one promise, as long as it is open."""
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    priority: Mapped[int]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(43))
    dead: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str | None] = mapped_column(String(500))


class Again(Exception):
    """The work could not be done just now; done again, it can. Nothing of this try is kept."""


@dataclass(frozen=True, slots=True)
class Task:
    """A claimed piece of work: what to do, and the token that proves the claim."""

    id: str
    name: str
    arguments: dict[str, str]
    attempt: int
    token: str
    created_at: datetime


def promise(
    task: str,
    *,
    organisation_id: str | None = None,
    key: str | None = None,
    priority: int = 5,
    delay: timedelta = timedelta(0),
    **arguments: str,
) -> None:
    """Promise `task` with `arguments` (ids) in the transaction that is open; 0 is most urgent.

    With a `key` that is promised already nothing is added; what was set aside is due again. Such a
    promise waits for whoever is changing that row: make it before changing what the work is about,
    as the one who claims it does, or two transactions wait for each other.
    """
    now = clock.now()
    values = {
        "id": ids.new(),
        "task": task,
        "arguments": arguments,
        "key": key,
        "organisation_id": organisation_id,
        "priority": priority,
        "created_at": now,
        "due_at": now + delay,
        "attempts": 0,
        "dead": False,
    }
    if key is None:
        session().add(Promise(**values))
        return
    again = {"dead": False, "attempts": 0, "due_at": now + delay}
    row = insert(Promise).values(**values)
    session().execute(
        row.on_conflict_do_update(
            index_elements=[Promise.key], set_=again, where=Promise.dead == true()
        )
    )


def due(limit: int) -> list[str]:
    """Return the ids of at most `limit` pieces of work that nobody holds, most urgent first.

    Among equally urgent ones the order is random, so that those who work seldom meet at one row.
    """
    rows = select(Promise.id, Promise.priority).where(
        Promise.dead == false(), Promise.due_at <= clock.now()
    )
    found = session().execute(rows.order_by(Promise.priority, Promise.due_at).limit(limit)).all()
    mixed = random.sample(found, len(found))
    return [row.id for row in sorted(mixed, key=lambda row: row.priority)]


def oldest_due() -> datetime | None:
    """Return since when the work that nobody holds has waited; None where nothing is due."""
    waiting = select(func.min(Promise.due_at)).where(
        Promise.dead == false(), Promise.due_at <= clock.now()
    )
    return session().scalar(waiting)


def at_work(keys: Sequence[str]) -> set[str]:
    """Return those of `keys` whose work somebody is doing at this moment."""
    if not keys:
        return set()
    rows = select(Promise.key).where(
        Promise.key.in_(keys),
        Promise.dead == false(),
        Promise.lease_token.is_not(None),
        Promise.due_at > clock.now(),
    )
    return {key for key in session().scalars(rows) if key is not None}


def claim_by_key(key: str, lease: timedelta) -> Task | None:
    """Claim the open promise with a key, for a command that does the work itself."""
    found = session().scalar(select(Promise.id).where(Promise.key == key))
    return claim(found, lease) if found else None


def claim(promise_id: str, lease: timedelta) -> Task | None:
    """Claim one piece of work until `lease` from now; None where somebody else was faster."""
    # SQLite may have us wait to begin: a lease counted from before would be over when it is given.
    session().connection()
    now, token = clock.now(), tokens.new()
    row = (
        session()
        .execute(
            update(Promise)
            .where(Promise.id == promise_id, Promise.dead == false(), Promise.due_at <= now)
            .values(lease_token=token, due_at=now + lease, attempts=Promise.attempts + 1)
            .returning(Promise.task, Promise.arguments, Promise.attempts, Promise.created_at)
            .execution_options(synchronize_session=False)
        )
        .one_or_none()
    )
    if row is None:
        return None
    return Task(promise_id, row.task, row.arguments, row.attempts, token, row.created_at)


def hold(task: Task) -> bool:
    """Keep others from claiming the work until this transaction ends; False: somebody has already.

    Whoever writes a result down holds first: the row of the work is always locked before the rows
    that the work changes, by everybody, so that nobody waits in a circle.
    """
    row = select(Promise.id).where(Promise.id == task.id, Promise.lease_token == task.token)
    return session().scalar(row.with_for_update()) is not None


def finish(task: Task) -> bool:
    """Mark the work as done; False where the lease was lost and another holds it now."""
    done = delete(Promise).where(Promise.id == task.id, Promise.lease_token == task.token)
    return _count(session().execute(done)) == 1


def put_back(task: Task, pause: timedelta, error: str = "") -> bool:
    """Give the work back, to be due again after `pause`."""
    return _change(task, due_at=clock.now() + pause, lease_token=None, last_error=error[:500])


def postpone(promise_id: str, pause: timedelta, error: str) -> None:
    """Put off work that failed before it could be claimed, so that it does not run hot."""
    change = update(Promise).where(Promise.id == promise_id, Promise.due_at <= clock.now())
    session().execute(
        change.values(
            due_at=clock.now() + pause, attempts=Promise.attempts + 1, last_error=error[:500]
        )
    )


def give_up(task: Task, error: str) -> bool:
    """Set the work aside for a person: it is never due again by itself."""
    return _change(task, dead=True, lease_token=None, last_error=error[:500])


def hasten(key: str) -> None:
    """Make an open promise due now, with all its tries, unless somebody is at it."""
    change = update(Promise).where(Promise.key == key, Promise.lease_token.is_(None))
    session().execute(change.values(due_at=clock.now(), dead=False, attempts=0))


def hasten_all(keys: Select[str]) -> None:
    """Make the open promises with certain keys due now."""
    change = update(Promise).where(Promise.key.in_(keys), Promise.lease_token.is_(None))
    session().execute(
        change.values(due_at=clock.now()).execution_options(synchronize_session=False)
    )


def revive(promise_id: str) -> bool:
    """Make work that was set aside due again, with all its tries."""
    change = (
        update(Promise)
        .where(Promise.id == promise_id, Promise.dead)
        .values(dead=False, due_at=clock.now(), attempts=0)
    )
    return _count(session().execute(change)) == 1


def pause_before(attempt: int, first: float) -> timedelta:
    """Return the pause after the `attempt`th failure: doubling from `first` seconds, full jitter.

    Jitter keeps a thousand mails that failed together from coming back together.
    """
    longest = min(first * 2 ** (attempt - 1), LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is waiting: `due` rows, since `oldest`, and `dead` rows for a person."""

    due: int
    oldest: datetime | None
    dead: int


def backlog() -> Backlog:
    """Return the state of the queue for `/healthz` and `/metrics`."""
    waiting = select(func.count(), func.min(Promise.due_at)).where(
        Promise.dead == false(), Promise.due_at <= clock.now()
    )
    due_rows, oldest = session().execute(waiting).one()
    dead = session().scalar(select(func.count()).where(Promise.dead)) or 0
    return Backlog(due_rows, oldest, dead)


def _change(task: Task, **values: Any) -> bool:
    change = update(Promise).where(Promise.id == task.id, Promise.lease_token == task.token)
    return _count(session().execute(change.values(**values))) == 1


def _count(result: Any) -> int:
    rows: int = result.rowcount
    return rows
