"""Tables of dispatches, their attempts, and receipts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, sortable
from app.delivery.rules import LeftOut, Outcome, State
from app.organisations.rules import Channel


class Dispatch(Base):
    """One document on its way to one recipient over one channel."""

    __tablename__ = "dispatch"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "document_id"], ["document.organisation_id", "document.id"]
        ),
        UniqueConstraint("document_id", "recipient_id", "channel"),
        Index("ix_dispatch_newest", "organisation_id", "id"),
        Index("ix_dispatch_state", "organisation_id", "state", "id"),
        Index("ix_dispatch_channel", "organisation_id", "channel", "id"),
        Index("ix_dispatch_address", "organisation_id", "address", "id"),
        Index("ix_dispatch_number", "organisation_id", "number_sort", "id"),
        Index("ix_dispatch_day", "organisation_id", "created_at", "state"),
        Index("ix_dispatch_changed", "organisation_id", "state", "changed_at"),
        Index("ix_dispatch_link", "link_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(String(26))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"))
    channel: Mapped[Channel]
    address: Mapped[str] = mapped_column(sortable(254))
    """The address as it was when the dispatch was made or corrected."""
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    number: Mapped[str] = mapped_column(String(100))
    number_sort: Mapped[str] = mapped_column(sortable(100))
    state: Mapped[State]
    attempts: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    """Counts decisions to send: all attempts of one round carry one Message-ID."""
    attempt_token: Mapped[str | None] = mapped_column(String(43))
    """The fence: only the attempt that holds it may say how the dispatch stands."""
    link_id: Mapped[str | None] = mapped_column(ForeignKey("capability_link.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")
    """The other side's last words."""
    enclosed: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names of the files that the last letter carried (PY-10)."""
    left_out: Mapped[LeftOut | None]
    """Why it carried none although it should have."""
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]


class Attempt(Base):
    """One try: written before the network is touched, completed after (B2-11)."""

    __tablename__ = "attempt"

    dispatch_id: Mapped[str] = mapped_column(ForeignKey("dispatch.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43))
    trigger: Mapped[str] = mapped_column(String(200))
    """Who or what set it off: a person's name, or empty for Kontor itself."""
    address: Mapped[str] = mapped_column(String(254))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    code: Mapped[int | None]
    """The SMTP reply code (RFC 5321)."""
    enhanced: Mapped[str | None] = mapped_column(String(20))
    """The enhanced status code (RFC 3463)."""
    answer: Mapped[str] = mapped_column(String(500), default="")


class ReceiptKind(StrEnum):
    """What is known of a recipient and a version (K-02): three facts, none of which stands for another."""

    FETCHED = "fetched"
    """Something asked for the address of the link: a person's browser, or a machine that looks at mail."""
    OPENED = "opened"
    """A person looked at the document (PY-26)."""
    DOWNLOADED = "downloaded"


class Receipt(Base):
    """One fact of one reader and one version, when it was so for the first time."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("document_id", "reader_id", "kind"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    reader_id: Mapped[str] = mapped_column(String(26))
    reader_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ReceiptKind]
    at: Mapped[datetime]
