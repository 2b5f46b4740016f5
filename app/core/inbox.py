"""What outside services told us: stored raw, once, before anybody interprets it.

hook → inbox → apply → react: mail, payments, signing and booking all come in this way.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, ids, outbox
from app.core.db import Base, insert, session

APPLY = "inbox.apply"


class Message(Base):
    """One message as it came: `source` ("delivery.email"), its own `key`, the raw bytes."""

    __tablename__ = "inbox_message"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(200))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(200))


def receive(source: str, key: str, raw: bytes) -> bool:
    """Keep a message and promise to apply it; False where the same message came before."""
    message_id = ids.new()
    row = insert(Message).values(
        id=message_id, source=source, key=key, raw=raw, received_at=clock.now()
    )
    new = session().execute(row.on_conflict_do_nothing().returning(Message.id)).first()
    if new is None:
        return False
    outbox.promise(APPLY, message=message_id)
    return True


def by_id(message_id: str) -> Message | None:
    """Return one message; for jobs."""
    return session().get(Message, message_id)


def known(source: str, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that are kept already."""
    rows = select(Message.key).where(Message.source == source, Message.key.in_(keys))
    return set(session().scalars(rows))


def unapplied(limit: int = 100) -> list[Message]:
    """Return the oldest messages that nobody has applied yet."""
    rows = select(Message).where(Message.applied_at.is_(None)).order_by(Message.id)
    return list(session().scalars(rows.limit(limit)))


def settle(message: Message, outcome: str) -> None:
    """Note what came of a message; it stays for the record."""
    message.applied_at = clock.now()
    message.outcome = outcome[:200]
