"""The chain of the journal: each line is sealed by a hash over all lines of its organisation before it.

A line's seal is SHA-256 over the seal before and the line's columns as canonical JSON. Seals are made
at the end of the very transaction that writes the lines, in the order in which they commit: the row
of the organisation's head is the last lock that a transaction takes, organisations in the order of
their ids, so that nobody waits for one another in a circle (ASVS 16.4.2).
"""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import ForeignKey, String, UniqueConstraint, inspect, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, before_commit, insert, session

BEGINNING: Final = "0" * 64
"""What stands for the seal before the first."""
INSTALLATION: Final = ""
"""Whose chain takes in the lines that belong to no organisation."""
OPEN: Final = "unsealed"
"""In a session's `info`: the lines that the transaction has written."""


class Seal(Base):
    """The place of one line in its organisation's chain."""

    __tablename__ = "journal_seal"
    __table_args__ = (UniqueConstraint("entry_id"),)

    organisation_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    """Empty for lines of the installation: no reference."""
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 …, without gaps."""
    entry_id: Mapped[str] = mapped_column(ForeignKey("journal_entry.id"))
    hash: Mapped[str] = mapped_column(String(64))


class Head(Base):
    """The newest seal of a chain; whoever adds to the chain holds this row."""

    __tablename__ = "journal_head"

    organisation_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


def close(entry: Base) -> None:
    """Have a line sealed that the transaction has just written."""
    session().info.setdefault(OPEN, []).append(entry)
    before_commit(seal)


def seal() -> None:
    """Seal what the transaction has written and not taken back."""
    opened = session()
    written = opened.info.pop(OPEN, [])
    opened.flush()
    chains: dict[str, list[Any]] = defaultdict(list)
    for entry in written:
        # What a savepoint took back is no row.
        if inspect(entry).persistent:
            chains[entry.organisation_id or INSTALLATION].append(entry)
    if chains and opened.get_bind().dialect.name == "postgresql":
        # References are checked now: a wait for one of them at commit would come after the head's lock.
        opened.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for organisation_id in sorted(chains):
        _extend(organisation_id, chains[organisation_id])


def _extend(organisation_id: str, entries: list[Any]) -> None:
    """Put lines at the end of a chain, in order."""
    # Straight to the tables: every write of the house passes here.
    connection = session().connection()
    longer = insert(Head).values(
        organisation_id=organisation_id, sequence=len(entries), hash=BEGINNING
    )
    locked = longer.on_conflict_do_update(
        index_elements=[Head.organisation_id], set_={"sequence": Head.sequence + len(entries)}
    ).returning(Head.sequence, Head.hash)
    last, newest = connection.execute(locked).one()
    hashes = list(accumulate(entries, lambda before, one: link(before, row(one)), initial=newest))
    seals = [
        {
            "organisation_id": organisation_id,
            "sequence": sequence,
            "entry_id": entry.id,
            "hash": hashed,
        }
        for sequence, entry, hashed in zip(
            range(last - len(entries) + 1, last + 1), entries, hashes[1:], strict=True
        )
    ]
    connection.execute(plain_insert(Seal), seals)
    mine = update(Head).where(Head.organisation_id == organisation_id)
    connection.execute(mine.values(hash=hashes[-1]))


def row(entry: Base) -> dict[str, Any]:
    """Return all columns of a line by name."""
    return {column.name: getattr(entry, column.key) for column in entry.__table__.columns}


def link(before: str, columns: dict[str, Any]) -> str:
    """Return the seal of a line after the seal `before`: 64 hexadecimal digits."""
    return hashlib.sha256((before + canonical(columns)).encode()).hexdigest()


def canonical(columns: dict[str, Any]) -> str:
    """Write a line as JSON in one way only: names sorted, no blanks, moments in UTC to the microsecond.

    What is empty (NULL) is left out: a column that a later version adds breaks no old seal.
    """
    plain = {name: _plain(value) for name, value in columns.items() if value is not None}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    # As the database gives it back: a tuple is a list there, and keys are text.
    return json.loads(json.dumps(value)) if isinstance(value, dict) else value
