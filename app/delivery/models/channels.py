"""Tables of how an organisation sends: channels, how they fare, what goes which way, blocked addresses."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, sortable
from app.core.sealing import SEALED
from app.delivery.rules.bouncing import BlockReason, BouncePolicy
from app.organisations.rules import Channel


class ChannelSettings(Base):
    """How an organisation is connected to one channel; without a row it is not.

    E-mail and the portal need no row: they are on unless one says otherwise.
    """

    __tablename__ = "channel_settings"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    """Test mode (B2-23): what goes out is marked and never reaches a customer."""
    holds: Mapped[bool] = mapped_column(default=False)
    """What takes this channel waits to be released (B2-14)."""
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the adapter's own form asks for, without secrets."""
    sealed_secrets: Mapped[str | None] = mapped_column(Text, info=SEALED)
    """What it asks for in secret: a JSON object, sealed."""
    cost_minor: Mapped[int | None]
    """What one dispatch costs, in minor units of the organisation's currency (B2-22)."""
    cursor: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """How far the other side's news were read; the adapter knows what it means."""
    listened_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(500), default="")
    """Why the other side's news could not be read the last time; empty: they could."""
    changed_at: Mapped[datetime]


class ChannelHealth(Base):
    """That a channel is down, since when, and when it is tried again; without a row it is up (B2-12)."""

    __tablename__ = "channel_health"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    down_since: Mapped[datetime]
    trouble: Mapped[str] = mapped_column(String(500), default="")
    """The last words about it."""
    failures: Mapped[int] = mapped_column(default=1)
    next_try_at: Mapped[datetime]


class DeliverySettings(Base):
    """What holds for all channels of an organisation; without a row the defaults do."""

    __tablename__ = "delivery_settings"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    fallback: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Channels that are tried where the wished one is not possible, in this order."""
    bounce_policy: Mapped[BouncePolicy] = mapped_column(default=BouncePolicy.BLOCK)
    letters_paused_at: Mapped[datetime | None]
    """When Kontor stopped sending letters after bounces by itself (PY-29)."""
    letters_resumed_at: Mapped[datetime | None]


class ChannelRule(Base):
    """Which channel a kind of document takes, for the house or for one customer (B2-20, B2-24)."""

    __tablename__ = "channel_rule"
    __table_args__ = (
        Index("ix_channel_rule_house", "organisation_id", "customer_id", "kind", "level"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"))
    """None: for all customers that have no rule of their own."""
    kind: Mapped[str] = mapped_column(String(32))
    level: Mapped[int | None]
    """The dunning level of a reminder; None: every level."""
    channel: Mapped[Channel]


class BlockedAddress(Base):
    """An e-mail address that an organisation sends nothing to until somebody lifts it (PY-28)."""

    __tablename__ = "blocked_address"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sortable(254), primary_key=True)
    reason: Mapped[BlockReason]
    code: Mapped[str] = mapped_column(String(20), default="")
    """The enhanced status code (RFC 3463)."""
    said: Mapped[str] = mapped_column(String(500), default="")
    dispatch_id: Mapped[str | None] = mapped_column(ForeignKey("dispatch.id"))
    blocked_at: Mapped[datetime]
