"""Every look-up of how an organisation sends: its channels, how they fare, what goes which way."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from app.core import sealing
from app.core.db import session
from app.delivery.models import (
    BlockedAddress,
    ChannelHealth,
    ChannelRule,
    ChannelSettings,
    DeliverySettings,
    Event,
)
from app.organisations.rules import Channel


def settings_of(organisation_id: str) -> dict[Channel, ChannelSettings]:
    """Return what an organisation has set up, by channel."""
    rows = select(ChannelSettings).where(ChannelSettings.organisation_id == organisation_id)
    return {row.channel: row for row in session().scalars(rows)}


def one_of(organisation_id: str, channel: Channel) -> ChannelSettings | None:
    """Return how an organisation is connected to a channel, where it is."""
    return session().get(ChannelSettings, (organisation_id, channel))


def secrets_of(found: ChannelSettings) -> dict[str, str]:
    """Return the secrets of a connection, unsealed; only for handing over."""
    if found.sealed_secrets is None:
        return {}
    secrets: dict[str, str] = json.loads(sealing.unseal(found.sealed_secrets))
    return secrets


def house_settings(organisation_id: str) -> DeliverySettings:
    """Return what holds for all channels: the organisation's choices, or the defaults (not kept)."""
    found = session().get(DeliverySettings, organisation_id)
    return found or DeliverySettings(organisation_id=organisation_id, fallback=[])


def health_of(organisation_id: str) -> dict[Channel, ChannelHealth]:
    """Return the channels that are down."""
    rows = select(ChannelHealth).where(ChannelHealth.organisation_id == organisation_id)
    return {row.channel: row for row in session().scalars(rows)}


def health(organisation_id: str, channel: Channel) -> ChannelHealth | None:
    """Return since when a channel is down; None: it is up."""
    return session().get(ChannelHealth, (organisation_id, channel))


def channels_by_rule(
    organisation_id: str, customer_id: str, kind: str, level: int | None
) -> tuple[Channel | None, Channel | None]:
    """Return the channel that a rule of the customer names, and the one of the house (B2-20, B2-24).

    A rule for the level comes before one for every level.
    """
    rows = select(ChannelRule).where(
        ChannelRule.organisation_id == organisation_id,
        or_(ChannelRule.customer_id.is_(None), ChannelRule.customer_id == customer_id),
        ChannelRule.kind == kind,
    )
    found = [row for row in session().scalars(rows) if row.level in (None, level)]
    found.sort(key=lambda row: row.level is None)
    own = next((row.channel for row in found if row.customer_id is not None), None)
    house = next((row.channel for row in found if row.customer_id is None), None)
    return own, house


def blocked_among(organisation_id: str, addresses: Sequence[str]) -> Mapping[str, BlockedAddress]:
    """Return those of `addresses` that nothing is sent to (PY-28)."""
    if not addresses:
        return {}
    rows = select(BlockedAddress).where(
        BlockedAddress.organisation_id == organisation_id, BlockedAddress.address.in_(addresses)
    )
    return {row.address: row for row in session().scalars(rows)}


def listening() -> list[ChannelSettings]:
    """Return the connections of all organisations that are switched on; for the timetable."""
    rows = select(ChannelSettings).where(ChannelSettings.is_on)
    return list(session().scalars(rows))


def events_of(dispatch_id: str) -> list[Event]:
    """Return everything that was told about a dispatch, the newest first."""
    rows = select(Event).where(Event.dispatch_id == dispatch_id)
    return list(session().scalars(rows.order_by(Event.id.desc())))
