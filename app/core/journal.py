"""What happened, in order, for ever: the source of timelines, audit, reports and reactions.

Nothing is ever changed or removed here: the database refuses it, and `app.core.chain` seals each line,
so that it shows where somebody did it all the same. Where a request came from stands beside the line
(`Origin`) and not in it: that has to be forgotten after a while.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import chain, clock, ids, outbox
from app.core.db import Base, session

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What would begin a line of its own where the journal is shown or taken along (ASVS 16.4.1)."""
REACT = "reactions.react"
"""The promise made for an entry that others react to."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person, a guest by link, an API key, a command or a job; `name` as it was then."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a request came from: network address and what the browser calls itself."""

    address: str
    agent: str


_sender: ContextVar[Sender | None] = ContextVar("sender", default=None)


@contextmanager
def coming_from(sender: Sender) -> Iterator[None]:
    """Within a block, note with every line where it came from."""
    token = _sender.set(sender)
    try:
        yield
    finally:
        _sender.reset(token)


def sender_address() -> str:
    """Return the network address that the request at work came from; empty where there is none."""
    sender = _sender.get()
    return sender.address if sender is not None else ""


SYSTEM = Actor("system", "kontor", "Kontor")


class Entry(Base):
    """One line: at `at`, `actor` did `name` (past tense with a dot) to one object."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_object", "object_kind", "object_id", "id"),
        Index("ix_journal_entry_organisation", "organisation_id", "id"),
        Index("ix_journal_entry_actor", "organisation_id", "actor_id", "id"),
        Index("ix_journal_entry_name", "organisation_id", "name", "id"),
        Index("ix_journal_entry_actor_name", "organisation_id", "actor_id", "name", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    at: Mapped[datetime]
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(64))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(200))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(26))
    version: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Origin(Base):
    """Where a line came from; kept for as long as the organisation says, and no part of the chain."""

    __tablename__ = "journal_origin"
    __table_args__ = (Index("ix_journal_origin_organisation", "organisation_id", "entry_id"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(String(26))
    """Empty for lines of the installation."""
    address: Mapped[str] = mapped_column(String(45))
    """IPv4 or IPv6 text."""
    agent: Mapped[str] = mapped_column(String(300))


def record(
    name: str,
    by: Actor,
    *,
    organisation_id: str | None,
    about: tuple[str, str],
    version: int | None = None,
    **data: object,
) -> Entry:
    """Write one line about the object (`kind`, `id`) in the transaction that is open; it is sealed."""
    entry = Entry(
        id=ids.new(),
        at=clock.now(),
        organisation_id=organisation_id,
        name=name,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=CONTROLS.sub(" ", by.name)[:200],
        object_kind=about[0],
        object_id=about[1],
        version=version,
        data=data,
    )
    session().add(entry)
    chain.close(entry)
    sender = _sender.get()
    if sender is not None:
        _note_origin(entry, sender)
    return entry


def _note_origin(entry: Entry, sender: Sender) -> None:
    origin = Origin(
        entry_id=entry.id,
        organisation_id=entry.organisation_id or "",
        address=sender.address[:45],
        agent=sender.agent.replace("\0", "")[:300],
    )
    session().add(origin)


def announce(
    name: str,
    by: Actor,
    *,
    organisation_id: str | None,
    about: tuple[str, str],
    version: int | None = None,
    **data: object,
) -> Entry:
    """Write one line that others react to, see `jobs/reactions.py`."""
    entry = record(name, by, organisation_id=organisation_id, about=about, version=version, **data)
    outbox.promise(REACT, organisation_id=organisation_id, entry=entry.id)
    return entry


def about(kind: str, object_id: str, limit: int = 100) -> list[Entry]:
    """Return the newest `limit` lines about one object, newest first."""
    lines = select(Entry).where(Entry.object_kind == kind, Entry.object_id == object_id)
    return list(session().scalars(lines.order_by(Entry.id.desc()).limit(limit)))


def by_id(entry_id: str) -> Entry | None:
    """Return one line; for jobs."""
    return session().get(Entry, entry_id)


def forget_origins(organisation_id: str, until: datetime, limit: int) -> int:
    """Forget where at most `limit` lines came from that are older than `until`; returns how many."""
    old = (
        select(Origin.entry_id)
        .where(Origin.organisation_id == organisation_id, Origin.entry_id < ids.first_of(until))
        .order_by(Origin.entry_id)
        .limit(limit)
    )
    gone = session().execute(
        delete(Origin).where(Origin.entry_id.in_(old)).returning(Origin.entry_id)
    )
    return len(gone.all())
