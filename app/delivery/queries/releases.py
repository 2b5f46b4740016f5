"""What a release would let go, before anybody confirms it, and how far one has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, func, select

from app.access.principal import Principal
from app.core.db import session
from app.delivery.models import ChannelSettings, DeliveryRelease, Dispatch
from app.delivery.queries.dispatches import Filters, conditions
from app.delivery.rules import Held, State
from app.documents.models import Document
from app.organisations.rules import Channel


@dataclass(frozen=True, slots=True)
class Heap:
    """Held dispatches of one channel and one kind of document."""

    channel: Channel
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would go out: by channel and kind, for how many customers, at what cost."""

    heaps: list[Heap]
    customers: int
    newest: str
    costs: Mapping[Channel, int | None]
    """What one dispatch costs, in minor units; None: nobody knows."""
    stuck: Mapping[Held, int]
    """How many are held for another reason and stay, by that reason."""

    @property
    def total(self) -> int:
        """How many dispatches."""
        return sum(one.count for one in self.heaps)

    @property
    def cost_minor(self) -> int | None:
        """What they cost together as far as it is known; None: of none it is."""
        known = [(self.costs.get(one.channel), one.count) for one in self.heaps]
        priced = [price * count for price, count in known if price is not None]
        return sum(priced) if priced else None

    @property
    def is_cost_complete(self) -> bool:
        """Whether the price of every channel that takes part is known."""
        return all(self.costs.get(one.channel) is not None for one in self.heaps)


def kept(filters: Filters) -> dict[str, str]:
    """Return filters as they are kept with a release: what is empty is left out."""
    values = {
        "channel": filters.channel and filters.channel.value,
        "recipient": filters.recipient,
        "number": filters.number,
        "since": filters.since and filters.since.isoformat(),
        "until": filters.until and filters.until.isoformat(),
    }
    return {name: value for name, value in values.items() if value}


def restored(values: Mapping[str, str]) -> Filters:
    """Return the filters that were kept with a release."""
    since, until = values.get("since"), values.get("until")
    return Filters(
        channel=Channel(values["channel"]) if "channel" in values else None,
        recipient=values.get("recipient", ""),
        number=values.get("number", ""),
        since=datetime.fromisoformat(since) if since else None,
        until=datetime.fromisoformat(until) if until else None,
    )


def held(organisation_id: str, filters: Filters, newest: str = "") -> Select[Dispatch]:
    """Return what waits to be released of what a list is narrowed to, up to the dispatch `newest`."""
    rows = select(Dispatch).where(
        Dispatch.organisation_id == organisation_id,
        Dispatch.state == State.HELD,
        Dispatch.held_because == Held.RELEASE,
    )
    rows = rows.where(*conditions(_without_state(filters)))
    return rows.where(Dispatch.id <= newest) if newest else rows


def _without_state(filters: Filters) -> Filters:
    """Return what narrows held dispatches: none of them is in another state, answered or sent as a test."""
    return replace(filters, state=None, response=None, is_test=False)


def forecast(organisation_id: str, filters: Filters, newest: str = "") -> Forecast:
    """Return what a release would do; four SELECTs, over what is held and the prices alone."""
    rows = held(organisation_id, filters, newest).join(
        Document, Document.id == Dispatch.document_id
    )
    counted = rows.with_only_columns(Dispatch.channel, Document.kind, func.count()).group_by(
        Dispatch.channel, Document.kind
    )
    heaps = [Heap(row[0], row[1].value, row[2]) for row in session().execute(counted)]
    ends = held(organisation_id, filters, newest).with_only_columns(
        func.count(func.distinct(Dispatch.customer_id)), func.max(Dispatch.id)
    )
    customers, last = session().execute(ends).one()
    prices = select(ChannelSettings.channel, ChannelSettings.cost_minor).where(
        ChannelSettings.organisation_id == organisation_id
    )
    costs = {row[0]: row[1] for row in session().execute(prices)}
    heaps.sort(key=lambda one: (one.channel.value, one.kind))
    return Forecast(heaps, customers, last or "", costs, _stuck(organisation_id, filters))


def _stuck(organisation_id: str, filters: Filters) -> dict[Held, int]:
    rows = select(Dispatch.held_because, func.count()).where(
        Dispatch.organisation_id == organisation_id,
        Dispatch.state == State.HELD,
        Dispatch.held_because != Held.RELEASE,
    )
    rows = rows.where(*conditions(_without_state(filters)))
    found = session().execute(rows.group_by(Dispatch.held_because))
    return {row[0]: row[1] for row in found if row[0] is not None}


def release(who: Principal, delivery_release_id: str) -> DeliveryRelease | None:
    """Return one release that exists for a principal."""
    if not who.is_staff:
        return None
    mine = DeliveryRelease.organisation_id == who.organisation_id
    return session().scalar(
        select(DeliveryRelease).where(mine, DeliveryRelease.id == delivery_release_id)
    )
