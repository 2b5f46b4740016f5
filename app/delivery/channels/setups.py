"""How an organisation is connected to its channels, and what stands in the way of each."""

from collections.abc import Mapping

from app.delivery.channels.adapter import Adapter, Setup, Wanted
from app.delivery.channels.register import ADAPTERS
from app.delivery.models import ChannelSettings
from app.delivery.queries import channels as queries
from app.delivery.rules import Obstacle
from app.organisations.rules import Channel

Setups = Mapping[Channel, Setup]


def setup_of(organisation_id: str, channel: Channel) -> Setup:
    """Return how an organisation is connected to a channel, with its secrets."""
    found = queries.one_of(organisation_id, channel)
    return _setup(organisation_id, ADAPTERS[channel], found)


def all_of(organisation_id: str) -> Setups:
    """Return how an organisation is connected to every channel, with its secrets; one SELECT."""
    found = queries.settings_of(organisation_id)
    return {
        channel: _setup(organisation_id, adapter, found.get(channel))
        for channel, adapter in ADAPTERS.items()
    }


def _setup(organisation_id: str, adapter: Adapter, found: ChannelSettings | None) -> Setup:
    if found is None:
        return Setup(organisation_id, adapter.channel, is_on=not adapter.needs_settings)
    return Setup(
        organisation_id,
        adapter.channel,
        is_on=found.is_on,
        is_test=found.is_test,
        holds=found.holds,
        cost_minor=found.cost_minor,
        values=found.values,
        secrets=queries.secrets_of(found),
    )


def obstacle(adapter: Adapter, wanted: Wanted, setup: Setup) -> Obstacle | None:
    """Return what stands in the way of a channel, from our own data: the channel's, then its own."""
    if not setup.is_on:
        return Obstacle.INCOMPLETE if adapter.needs_settings and not setup.values else Obstacle.OFF
    if wanted.kind not in adapter.kinds:
        return Obstacle.KIND
    return adapter.obstacle(wanted, setup)


def obstacles(wanted: Wanted, setups: Setups) -> dict[Channel, Obstacle | None]:
    """Return for every channel what stands in its way to somebody (B2-20); None: nothing."""
    found = {
        channel: obstacle(adapter, wanted, setups[channel]) for channel, adapter in ADAPTERS.items()
    }
    email = (wanted.recipient.email or "").lower()
    is_mailed = found.get(Channel.EMAIL) is None
    if is_mailed and queries.blocked_among(setups[Channel.EMAIL].organisation_id, [email]):
        found[Channel.EMAIL] = Obstacle.BLOCKED
    return found
