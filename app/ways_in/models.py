"""Tables of the ways in: what was dropped, who may mail, what was mailed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class DroppedFile(Base):
    """A file that was claimed in a drop folder; its id stands in the name of the claimed file."""

    __tablename__ = "dropped_file"
    __table_args__ = (
        Index(
            "ix_dropped_file_open",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("intake_item.id"))
    """None: it was not taken in, see `refusal`."""
    refusal: Mapped[str | None] = mapped_column(String(32))
    """Why it was not taken in, one of `rules.dropping.Refusal`."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When it was put where its sender finds out what became of it."""


class MailIn(Base):
    """An organisation's address for documents: whether it is open, and for whom."""

    __tablename__ = "mail_in"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    is_open: Mapped[bool]
    generation: Mapped[int]
    """Counts the renewals: the secret part of the address is derived from it."""
    senders: Mapped[list[str]] = mapped_column(JSON)
    """Addresses, or `@domain` for everybody there."""
    changed_at: Mapped[datetime]


class MailState(StrEnum):
    """What became of the answer to a mail."""

    WAITING = "waiting"
    """Its files are being taken in."""
    ANSWERING = "answering"
    """An answer is on its way out."""
    ANSWERED = "answered"
    LOST = "lost"
    """Whether the answer went out is not known; it is not sent a second time."""
    UNANSWERED = "unanswered"
    """It must not be answered (RFC 3834), or nobody took the answer."""


class ArrivedMail(Base):
    """A mail that was read: from whom, what it brought, what was left aside."""

    __tablename__ = "arrived_mail"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    inbox_id: Mapped[str] = mapped_column(ForeignKey("inbox_message.id"), unique=True)
    sender: Mapped[str] = mapped_column(String(254))
    message_id: Mapped[str | None] = mapped_column(String(250))
    """Message-ID (RFC 5322, 3.6.4) where it is well formed, to answer to."""
    intake_id: Mapped[str | None] = mapped_column(ForeignKey("intake.id"))
    left_out: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """Parts that were not taken in: `name`, and `reason`, one of `formats.mail.Reason`."""
    state: Mapped[MailState]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
