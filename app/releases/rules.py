"""What becomes of a document in a release, and who would be told: pure decisions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.documents.rules.kinds import Kind
from app.organisations.rules import Channel, takes

MOST: Final = 10_000
"""Documents of one release; what is beyond stays ready for the next."""
SLICE: Final = 25
"""Documents that are published in one transaction."""
LANES: Final = 4
"""How many slices of one release are worked on at once; others get their turn between them."""


class ItemState(StrEnum):
    """What became of one document of a release."""

    WAITING = "waiting"
    PUBLISHED = "published"
    REFUSED = "refused"
    """A rule said no; the reason stands beside it."""
    FAILED = "failed"
    """It went wrong on our side."""


RETRIABLE: Final = frozenset({ItemState.REFUSED, ItemState.FAILED})


class Obstacle(StrEnum):
    """Why a document that is ready will not be published, as far as one can see beforehand."""

    NEWER = "newer"
    NO_DATE = "no_date"
    NO_CUSTOMER = "no_customer"


@dataclass(frozen=True, slots=True)
class Heap:
    """Ready documents of one kind for one customer, and how many of them have which obstacle."""

    kind: Kind
    customer_id: str | None
    count: int
    obstacles: Mapping[Obstacle, int]


@dataclass(slots=True)
class Forecast:
    """What a release would do, before anybody confirms it."""

    total: int = 0
    customers: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    channels: Counter[Channel] = field(default_factory=Counter)
    """Documents × recipients, by channel."""
    without_recipient: int = 0
    obstacles: Counter[Obstacle] = field(default_factory=Counter)

    @property
    def blocked(self) -> int:
        """How many documents will be refused."""
        return self.obstacles.total()


Recipients = Mapping[str, Sequence[tuple[Channel, list[str]]]]
"""Customer → channel and kinds of each recipient."""


def forecast(heaps: Iterable[Heap], recipients: Recipients) -> Forecast:
    """Return what would become of heaps of documents."""
    found = Forecast()
    customers = set()
    for heap in heaps:
        customers.add(heap.customer_id)
        found.total += heap.count
        found.kinds[heap.kind] += heap.count
        found.obstacles.update(heap.obstacles)
        sound = heap.count - sum(heap.obstacles.values())
        told = [
            channel
            for channel, kinds in recipients.get(heap.customer_id or "", ())
            if takes(kinds, heap.kind)
        ]
        found.channels.update({channel: told.count(channel) * sound for channel in set(told)})
        found.without_recipient += 0 if told else sound
    found.customers = len(customers - {None})
    return found
