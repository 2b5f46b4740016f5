"""Tables of dispatches, of every attempt, and of everything that was told about them."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, sortable
from app.delivery.rules import Because, Held, LeftOut, Outcome, Response, State, reference_of
from app.organisations.rules import Channel

_ANSWERED = "response <> 'none'"
_UNCONFIRMED = "done_at IS NULL AND opened_at IS NULL AND channel <> 'portal'"


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
        Index(
            "ix_dispatch_day",
            *("organisation_id", "created_at", "state"),
            *("channel", "is_test", "cost_minor"),
        ),
        Index("ix_dispatch_changed", "organisation_id", "state", "changed_at"),
        Index("ix_dispatch_link", "link_id"),
        Index("ix_dispatch_provider_ref", "organisation_id", "channel", "provider_ref"),
        # Few dispatches are answered or tests: a filter finds them without reading all others.
        Index(
            "ix_dispatch_response",
            *("organisation_id", "response", "id"),
            sqlite_where=text(_ANSWERED),
            postgresql_where=text(_ANSWERED),
        ),
        Index(
            "ix_dispatch_test",
            *("organisation_id", "state", "id"),
            sqlite_where=text("is_test = 1"),
            postgresql_where=text("is_test"),
        ),
        # Two queues of work: what waits for a person, without what was ticked off (B2-16).
        Index(
            "ix_dispatch_care",
            *("organisation_id", "state", "id"),
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_dispatch_unconfirmed",
            *("organisation_id", "state", "id"),
            sqlite_where=text(_UNCONFIRMED),
            postgresql_where=text(_UNCONFIRMED),
        ),
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
    response: Mapped[Response] = mapped_column(default=Response.NONE)
    """What the recipient says to the document: another axis than where it stands."""
    held_because: Mapped[Held | None]
    because: Mapped[Because] = mapped_column(default=Because.RECIPIENT)
    """Why it takes this channel (B2-20)."""
    passed: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Channels that came first, and what stood in their way: `channel` and `obstacle` of each."""
    provider_ref: Mapped[str | None] = mapped_column(String(200))
    """What the other side calls it, of the present round."""
    is_delayed: Mapped[bool] = mapped_column(default=False)
    """The other side has said that it goes on trying."""
    is_test: Mapped[bool] = mapped_column(default=False)
    """It went out while the channel was in test mode: it never reached a customer (B2-23)."""
    cost_minor: Mapped[int | None]
    """What it cost, in minor units of the organisation's currency; None: nobody knows (B2-22)."""
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    """When the other side first had it, in the present round."""
    arrived_at: Mapped[datetime | None]
    """When it was first told to be on its way or at the recipient, in the present round."""
    opened_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    """When somebody ticked it off in a queue of work; it comes back when its state changes."""
    done_by: Mapped[str | None] = mapped_column(String(200))

    @property
    def reference(self) -> str:
        """Our reference of the present round, see `rules.news.reference_of`."""
        return reference_of(self.id, self.round)


class Attempt(Base):
    """One try: written before the network is touched, completed after (B2-11)."""

    __tablename__ = "attempt"

    dispatch_id: Mapped[str] = mapped_column(ForeignKey("dispatch.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(default=1)
    """The decision to send that it belongs to."""
    token: Mapped[str] = mapped_column(String(43))
    trigger: Mapped[str] = mapped_column(String(200))
    """Who or what set it off: a person's name, or empty for Kontor itself."""
    address: Mapped[str] = mapped_column(String(254))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    code: Mapped[int | None]
    """The SMTP reply code (RFC 5321), the status of an HTTP answer."""
    enhanced: Mapped[str | None] = mapped_column(String(20))
    """The enhanced status code (RFC 3463)."""
    answer: Mapped[str] = mapped_column(String(500), default="")
    raw: Mapped[str | None] = mapped_column(Text)
    """The answer as it came, cut, for administrators (B2-11)."""


class Event(Base):
    """One thing that the other side told later: kept once, never changed (B2-15)."""

    __tablename__ = "delivery_event"
    __table_args__ = (
        UniqueConstraint("organisation_id", "channel", "key"),
        Index("ix_delivery_event_dispatch", "dispatch_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    channel: Mapped[Channel]
    key: Mapped[str] = mapped_column(String(200))
    dispatch_id: Mapped[str | None] = mapped_column(ForeignKey("dispatch.id"))
    """None: it is about nothing that we know."""
    round: Mapped[int | None]
    """Which decision to send it is about; what is told of an older one is history."""
    state: Mapped[State | None]
    response: Mapped[Response | None]
    is_delay: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[str | None] = mapped_column(String(26))
    """The inbox message that it was read from: the raw answer."""
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
