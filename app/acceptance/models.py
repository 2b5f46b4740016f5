"""The table of answers to quotes."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.acceptance.rules import Reason
from app.core.db import Base
from app.documents.rules.life import Answer

_HOLDS = text("reopened_at IS NULL")


class QuoteAnswer(Base):
    """What somebody said to one version of a quote. Never changed; opening it again is added to it."""

    __tablename__ = "quote_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "document_id"], ["document.organisation_id", "document.id"]
        ),
        Index("ix_quote_answer_document", "document_id", "id"),
        # One answer holds: whatever code forgets, the database does not.
        Index(
            "uq_quote_answer_holds",
            "document_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(String(26))
    """The version that was shown: its bytes are frozen."""
    answer: Mapped[Answer]
    at: Mapped[datetime]
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[str] = mapped_column(String(64))
    """The person, or the capability link of a guest."""
    by_name: Mapped[str] = mapped_column(String(200))
    """As they were called then."""
    name: Mapped[str] = mapped_column(String(200))
    """What was typed to accept; else the same as `by_name`."""
    order_number: Mapped[str] = mapped_column(String(100))
    """The buyer's (BT-13)."""
    cost_centre: Mapped[str] = mapped_column(String(100))
    """The buyer's (BT-19)."""
    reason: Mapped[Reason | None]
    words: Mapped[str] = mapped_column(String(2000))
    """Why it is rejected, or what is to be revised."""
    reopened_at: Mapped[datetime | None]
    """When staff opened the quote again; None: the answer holds."""
    reopened_by: Mapped[str | None] = mapped_column(String(200))
    reopened_because: Mapped[str | None] = mapped_column(String(500))
