"""Every look-up of how an organisation sends: its channels, how they fare, what goes which way."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import func, or_, select

from app.access.principal import Principal
from app.core import sealing
from app.core.db import session
from app.delivery.models import (
    BlockedAddress,
    BouncePolicy,
    ChannelHealth,
    ChannelRule,
    ChannelSettings,
    DeliverySettings,
    Dispatch,
    Event,
)
from app.delivery.queries.dispatches import ENOUGH
from app.delivery.rules import State
from app.organisations.models import Customer
from app.organisations.rules import Channel

MOST_RULES: Final = 500


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
    return found or DeliverySettings(
        organisation_id=organisation_id, fallback=[], bounce_policy=BouncePolicy.BLOCK
    )


def health_of(organisation_id: str) -> dict[Channel, ChannelHealth]:
    """Return the channels that are down."""
    rows = select(ChannelHealth).where(ChannelHealth.organisation_id == organisation_id)
    return {row.channel: row for row in session().scalars(rows)}


def health(organisation_id: str, channel: Channel) -> ChannelHealth | None:
    """Return since when a channel is down; None: it is up."""
    rows = select(ChannelHealth).where(
        ChannelHealth.organisation_id == organisation_id, ChannelHealth.channel == channel
    )
    return session().scalar(rows.execution_options(populate_existing=True))


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


def is_blocked(organisation_id: str, address: str) -> bool:
    """Say whether nothing is sent to an address (PY-28)."""
    return session().get(BlockedAddress, (organisation_id, address.lower())) is not None


def rules_of(organisation_id: str) -> list[tuple[ChannelRule, str | None, str | None]]:
    """Return the rules of a house, its own first, with number and name of the customer of each."""
    rows = (
        select(ChannelRule, Customer.number, Customer.name)
        .outerjoin(Customer, Customer.id == ChannelRule.customer_id)
        .where(ChannelRule.organisation_id == organisation_id)
        .order_by(ChannelRule.customer_id.is_not(None), ChannelRule.kind, ChannelRule.id)
        .limit(MOST_RULES)
    )
    return [(row[0], row[1], row[2]) for row in session().execute(rows)]


def rule(who: Principal, rule_id: str) -> ChannelRule | None:
    """Return one rule that exists for a principal."""
    mine = ChannelRule.organisation_id == who.organisation_id
    rows = select(ChannelRule).where(mine, ChannelRule.id == rule_id)
    return session().scalar(rows) if who.is_staff else None


def waiting_for(organisation_id: str, channels: Sequence[Channel]) -> dict[Channel, int]:
    """Return how many dispatches wait for each of `channels` to come back; counted to a bound."""
    counted = {}
    for channel in channels:
        some = (
            select(Dispatch.id)
            .where(
                Dispatch.organisation_id == organisation_id,
                Dispatch.state == State.COMPONENT_DOWN,
                Dispatch.channel == channel,
            )
            .limit(ENOUGH + 1)
        )
        counted[channel] = session().scalar(select(func.count()).select_from(some.subquery())) or 0
    return counted


def listening() -> list[ChannelSettings]:
    """Return the connections of all organisations that are switched on; for the timetable."""
    rows = select(ChannelSettings).where(ChannelSettings.is_on)
    return list(session().scalars(rows))


def events_of(dispatch_id: str) -> list[Event]:
    """Return everything that was told about a dispatch, the newest first."""
    rows = select(Event).where(Event.dispatch_id == dispatch_id)
    return list(session().scalars(rows.order_by(Event.id.desc())))
