"""What is counted: states in five groups, the figures of a period, and what they come to by channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.core.languages import N_
from app.delivery.rules import State
from app.organisations.rules import Channel


class Group(StrEnum):
    """States as a report speaks of them."""

    WAITING = "waiting"
    SENT = "sent"
    """The other side has it; whether it arrived was not told."""
    ARRIVED = "arrived"
    """The other side said that it was dispatched or delivered."""
    PROBLEM = "problem"
    ENDED = "ended"


GROUP_NAMES: Final = {
    Group.ARRIVED: N_("arrived"),
    Group.SENT: N_("sent"),
    Group.WAITING: N_("waiting"),
    Group.PROBLEM: N_("problem"),
    Group.ENDED: N_("withdrawn"),
}
"""In the order in which columns stand."""
GROUP_TONES: Final = {
    Group.ARRIVED: "good",
    Group.SENT: "accent",
    Group.WAITING: "waiting",
    Group.PROBLEM: "failed",
    Group.ENDED: "neutral",
}

GROUPS: Final[Mapping[str, Group]] = {
    **dict.fromkeys(("held", "queued", "submitting"), Group.WAITING),
    **dict.fromkeys(("submitted", "accepted"), Group.SENT),
    **dict.fromkeys(("dispatched", "delivered"), Group.ARRIVED),
    **dict.fromkeys(("component_down", "uncertain", "failed"), Group.PROBLEM),
    **dict.fromkeys(("rejected", "undeliverable", "expired"), Group.PROBLEM),
    "cancelled": Group.ENDED,
}
"""State of a dispatch → its group."""

PROBLEMS: Final = tuple(state for state in State if GROUPS[state.value] is Group.PROBLEM)
"""States that a report names one by one, and of which one at once speaks."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many dispatches of a channel stand in a group, and what they cost."""

    channel: Channel
    group: Group
    count: int
    cost: int = 0
    """Minor units of the organisation's currency, of those whose cost is known."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run found."""

    counts: tuple[Count, ...]
    problems: int
    """Dispatches that came to be a problem in the period; counted up to `MOST_COUNTED`."""
    named: tuple[str, ...] = ()
    """The ids of the newest of them."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored: figures and ids, nobody's name."""
        counts = [[one.channel.value, one.group.value, one.count, one.cost] for one in self.counts]
        return {"counts": counts, "problems": self.problems, "named": list(self.named)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Figures":
        """Return what was stored."""
        if stored is None:
            return cls((), 0)
        counts = (
            Count(Channel(channel), Group(group), count, cost)
            for channel, group, count, cost in stored["counts"]
        )
        return cls(tuple(counts), stored["problems"], tuple(stored["named"]))

    @property
    def total(self) -> int:
        """All dispatches."""
        return sum(one.count for one in self.counts)

    @property
    def cost(self) -> int:
        """Minor units of all whose cost is known."""
        return sum(one.cost for one in self.counts)


@dataclass(frozen=True, slots=True)
class Line:
    """One channel: how many in each group, and what they cost."""

    channel: Channel
    groups: Mapping[Group, int]
    cost: int

    @property
    def total(self) -> int:
        """All dispatches of the channel."""
        return sum(self.groups.values())

    @property
    def failure_rate(self) -> Decimal | None:
        """Percent of those that came to an end or stand still; None where there is none yet."""
        return failure_rate(self.groups)


def failure_rate(groups: Mapping[Group, int]) -> Decimal | None:
    """Return how many percent are a problem, of all but what waits or was withdrawn; one decimal."""
    known = sum(groups.get(one, 0) for one in (Group.SENT, Group.ARRIVED, Group.PROBLEM))
    if not known:
        return None
    return round(Decimal(100 * groups.get(Group.PROBLEM, 0)) / known, 1)


def by_channel(counts: Iterable[Count]) -> list[Line]:
    """Return a line for each channel that has any, in the channels' own order."""
    groups: dict[Channel, dict[Group, int]] = {}
    costs: dict[Channel, int] = {}
    for one in counts:
        line = groups.setdefault(one.channel, dict.fromkeys(GROUP_NAMES, 0))
        line[one.group] += one.count
        costs[one.channel] = costs.get(one.channel, 0) + one.cost
    return [Line(one, groups[one], costs[one]) for one in Channel if one in groups]


def states_of(groups: Sequence[str]) -> list[State]:
    """Return the states of some groups; of none: all."""
    return [state for state in State if not groups or GROUPS[state.value].value in groups]
