"""What happened, in order, for ever: the source of timelines, audit, reports and reactions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, ids, outbox
from app.core.db import Base, session

REACT = "reactions.react"
"""The promise made for an entry that others react to."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person, a guest by link, an API key, a command or a job; `name` as it was then."""

    kind: str
    id: str
    name: str


SYSTEM = Actor("system", "kontor", "Kontor")


class Entry(Base):
    """One line: at `at`, `actor` did `name` (past tense with a dot) to one object."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_object", "object_kind", "object_id", "id"),
        Index("ix_journal_entry_organisation", "organisation_id", "id"),
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


def record(
    name: str,
    by: Actor,
    *,
    organisation_id: str | None,
    about: tuple[str, str],
    version: int | None = None,
    **data: object,
) -> Entry:
    """Write one line about the object (`kind`, `id`) in the transaction that is open."""
    entry = Entry(
        id=ids.new(),
        at=clock.now(),
        organisation_id=organisation_id,
        name=name,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name[:200],
        object_kind=about[0],
        object_id=about[1],
        version=version,
        data=data,
    )
    session().add(entry)
    return entry


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
