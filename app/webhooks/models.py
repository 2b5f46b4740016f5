"""Tables of endpoints, what each is told, and every try."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.webhooks.rules import LONGEST_ANSWER, EndpointState, Outcome, State


class WebhookEndpoint(Base):
    """An address of an organisation's program, and what it wants to hear."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (Index("ix_webhook_endpoint_organisation", "organisation_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    url: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(String(200))
    events: Mapped[list[str]] = mapped_column(JSON)
    """Names out of `rules.EVENT_NAMES`."""
    state: Mapped[EndpointState]
    secret_number: Mapped[int]
    """Counts its secrets; none is stored, see `channels.signing`."""
    rotated_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    """The first failure after the last success."""
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """It is shown no more; its deliveries go when their time is over."""


class WebhookDelivery(Base):
    """One happening on its way to one endpoint; its id is the message's, whatever the tries."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "entry_id"),
        Index("ix_webhook_delivery_newest", "endpoint_id", "id"),
        Index("ix_webhook_delivery_state", "endpoint_id", "state", "id"),
        Index("ix_webhook_delivery_event", "endpoint_id", "event", "id"),
        Index("ix_webhook_delivery_both", "endpoint_id", "state", "event", "id"),
        Index("ix_webhook_delivery_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoint.id"))
    entry_id: Mapped[str] = mapped_column(ForeignKey("journal_entry.id"))
    event: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    """The bytes that are signed and sent, the same each time."""
    state: Mapped[State]
    tries: Mapped[int]
    failures: Mapped[int]
    """Failures since it was made or last replayed; a try whose answer was lost is none."""
    next_at: Mapped[datetime | None]
    """When the next try is due."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class WebhookAttempt(Base):
    """One try: written before the network is touched, completed after."""

    __tablename__ = "webhook_attempt"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_delivery.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    milliseconds: Mapped[int | None]
    outcome: Mapped[Outcome | None]
    status: Mapped[int | None]
    """The status code (RFC 9110, 15)."""
    answer: Mapped[str] = mapped_column(String(LONGEST_ANSWER))
    """The beginning of what the other side said; where it said nothing, why, in English."""
