"""Answers kept for a while: the same request with the same key is answered the same, and done once.

After draft-ietf-httpapi-idempotency-key-header. Only what was done is kept: a request that failed
may be sent again with its key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, insert, session

KEPT = timedelta(days=7)


class KeptAnswer(Base):
    """What was answered to one request of an organisation."""

    __tablename__ = "http_idempotency"
    __table_args__ = (Index("ix_http_idempotency_created_at", "created_at"),)

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked."""
    status: Mapped[int | None]
    """None only inside the transaction that answers, as is `body`."""
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]


class Reused(Exception):
    """The key came with another request before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with a key."""

    organisation_id: str
    endpoint: str
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status and JSON."""

    status: int
    body: dict[str, Any]


def answered(asked: Asked) -> Answer | None:
    """Return what was answered before, None at first; raises `Reused`."""
    place = (asked.organisation_id, asked.endpoint, asked.key)
    kept = session().get(KeptAnswer, place, populate_existing=True)
    if kept is None:
        return None
    if kept.request_hash != asked.request_hash:
        raise Reused
    assert kept.status is not None
    assert kept.body is not None
    return Answer(kept.status, kept.body)


def begin(asked: Asked) -> Answer | None:
    """Claim a request in the transaction that does it; return the answer of one who was faster.

    Waits for another transaction that does the same just now. Raises `Reused`.
    """
    claim = insert(KeptAnswer).values(
        organisation_id=asked.organisation_id,
        endpoint=asked.endpoint,
        key=asked.key,
        request_hash=asked.request_hash,
        created_at=clock.now(),
    )
    claimed = session().execute(claim.on_conflict_do_nothing().returning(KeptAnswer.key)).first()
    return None if claimed is not None else answered(asked)


def finish(asked: Asked, answer: Answer) -> None:
    """Keep the answer to a request that `begin` has claimed."""
    session().execute(
        update(KeptAnswer)
        .where(
            KeptAnswer.organisation_id == asked.organisation_id,
            KeptAnswer.endpoint == asked.endpoint,
            KeptAnswer.key == asked.key,
        )
        .values(status=answer.status, body=answer.body)
    )


def sweep() -> None:
    """Forget answers that nobody will ask for again."""
    session().execute(delete(KeptAnswer).where(KeptAnswer.created_at < clock.now() - KEPT))
