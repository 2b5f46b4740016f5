"""Which channel a document takes to a recipient, and why no other (B2-20, B2-24)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.organisations.rules import Channel


class Obstacle(StrEnum):
    """Why a channel cannot take a document to somebody."""

    OFF = "off"
    INCOMPLETE = "incomplete"
    KIND = "kind"
    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    BLOCKED = "blocked"
    NOT_REGISTERED = "not_registered"
    NOT_OPTED_IN = "not_opted_in"
    NO_DATA = "no_data"
    CLOSED = "closed"


OBSTACLE_NAMES: Final = {
    Obstacle.OFF: N_("The channel is switched off."),
    Obstacle.INCOMPLETE: N_("The channel is not set up yet."),
    Obstacle.KIND: N_("This channel does not take documents of this kind."),
    Obstacle.NO_ADDRESS: N_("The recipient has no address for this channel."),
    Obstacle.BAD_ADDRESS: N_("The recipient’s address is not one that this channel can reach."),
    Obstacle.BLOCKED: N_("The address is blocked, because something to it came back."),
    Obstacle.NOT_REGISTERED: N_("The recipient is not registered in this channel."),
    Obstacle.NOT_OPTED_IN: N_("The recipient has not agreed to this channel."),
    Obstacle.NO_DATA: N_("The document lacks data that this channel asks for."),
    Obstacle.CLOSED: N_("The recipient would find nothing there: the portal is closed for it."),
}


class Because(StrEnum):
    """Why a dispatch takes its channel."""

    RECIPIENT = "recipient"
    CUSTOMER_RULE = "customer_rule"
    HOUSE_RULE = "house_rule"
    FALLBACK = "fallback"
    LADDER = "ladder"
    RETURNED = "returned"
    BY_HAND = "by_hand"


BECAUSE_NAMES: Final = {
    Because.RECIPIENT: N_("The recipient gets documents this way."),
    Because.CUSTOMER_RULE: N_("A rule of this customer says so."),
    Because.HOUSE_RULE: N_("A rule of your organisation says so."),
    Because.FALLBACK: N_("What comes first was not possible."),
    Because.LADDER: N_("A step of the delivery ladder."),
    Because.RETURNED: N_("What went another way came back."),
    Because.BY_HAND: N_("Somebody chose it."),
}

Wish = tuple[Channel, Because]


@dataclass(frozen=True, slots=True)
class Passed:
    """A channel that came first and could not be taken."""

    channel: Channel
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class Choice:
    """The channel that is taken, why, and what could not be; None: nothing can take it."""

    channel: Channel | None
    because: Because
    passed: tuple[Passed, ...] = ()


def wishes(
    own: Channel,
    customer_rule: Channel | None,
    house_rule: Channel | None,
    fallback: Sequence[Channel],
) -> list[Wish]:
    """Return the channels in the order in which they are tried, each once.

    The customer's own rule comes before the house's, which comes before what the recipient has.
    """
    wanted: list[Wish] = []
    if customer_rule is not None:
        wanted.append((customer_rule, Because.CUSTOMER_RULE))
    if house_rule is not None:
        wanted.append((house_rule, Because.HOUSE_RULE))
    wanted.append((own, Because.RECIPIENT))
    wanted += [(channel, Because.FALLBACK) for channel in fallback]
    first: dict[Channel, Because] = {}
    for channel, because in wanted:
        first.setdefault(channel, because)
    return list(first.items())


def choose(wanted: Sequence[Wish], obstacles: Mapping[Channel, Obstacle | None]) -> Choice:
    """Return the first channel that nothing stands in the way of, with what was passed over."""
    passed: list[Passed] = []
    for channel, because in wanted:
        obstacle = obstacles.get(channel, Obstacle.OFF)
        if obstacle is None:
            return Choice(channel, because, tuple(passed))
        passed.append(Passed(channel, obstacle))
    return Choice(None, wanted[0][1] if wanted else Because.RECIPIENT, tuple(passed))
