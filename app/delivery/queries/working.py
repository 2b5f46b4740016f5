"""Dispatches as staff work on them: groups with their counts, queues of work, one page of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.delivery.models import Dispatch
from app.delivery.queries.dispatches import ENOUGH, Filters, conditions, visible
from app.delivery.rules.states import Response, State
from app.delivery.rules.tabs import QUEUES, STATES, UNCONFIRMED_AFTER, Tab
from app.organisations.rules import Channel


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, counted to a bound."""

    number: int
    is_more: bool


def counts(who: Principal) -> Mapping[Tab, Count]:
    """Return how many dispatches each group has, each counted to a bound; one SELECT."""
    since = clock.now() - UNCONFIRMED_AFTER
    tabs: list[Tab] = [tab for tab in Tab if tab is not Tab.ALL]
    parts = [_bounded(who, tab, state, since) for tab in tabs for state in sorted(STATES[tab])]
    found: dict[Tab, int] = dict.fromkeys(tabs, 0)
    for name, count in session().execute(union_all(*parts)):
        found[Tab(name)] += count
    return {tab: Count(min(count, ENOUGH), count > ENOUGH) for tab, count in found.items()}


def _bounded(who: Principal, tab: Tab, state: State, since: datetime) -> Select[str, int]:
    rows = visible(who).where(Dispatch.state == state, *_of_queue(tab, since))
    some = rows.with_only_columns(Dispatch.id).limit(ENOUGH + 1).subquery()
    return select(literal(tab.value), func.count(some.c.id))


def _of_queue(tab: Tab, since: datetime) -> list[ColumnElement[bool]]:
    if tab is Tab.ERRORS:
        return [Dispatch.done_at.is_(None)]
    if tab is Tab.UNCONFIRMED:
        return [
            Dispatch.done_at.is_(None),
            Dispatch.opened_at.is_(None),
            Dispatch.channel != Channel.PORTAL,
            Dispatch.changed_at < since,
        ]
    return []


def page(
    who: Principal, tab: Tab, filters: Filters, cursor: str | None, *, back: bool, limit: int
) -> list[Dispatch]:
    """Return at most `limit` dispatches of a group, newest first, beyond the keyset `cursor` (an id)."""
    order = Dispatch.id.asc() if back else Dispatch.id.desc()
    narrowed = conditions(filters)
    if cursor is not None:
        narrowed.append(Dispatch.id > cursor if back else Dispatch.id < cursor)
    since = clock.now() - UNCONFIRMED_AFTER
    if tab is Tab.ALL:
        rows = visible(who).where(*narrowed)
    elif filters.response not in (None, Response.NONE):
        # Few are answered: their own index finds them, and the state is looked at in each.
        among = Dispatch.state.in_(sorted(STATES[tab]))
        rows = visible(who).where(among, *narrowed, *_of_queue(tab, since))
    else:
        states = {filters.state} & STATES[tab] if filters.state else STATES[tab]
        # An index gives the newest of one state; of several at once it would have to sort them all.
        newest = [
            visible(who)
            .where(Dispatch.state == state, *narrowed, *_of_queue(tab, since))
            .order_by(order)
            .limit(limit)
            .with_only_columns(Dispatch.id)
            .subquery()
            for state in sorted(states)
        ]
        if not newest:
            return []
        ids = union_all(*[select(each.c.id) for each in newest])
        rows = select(Dispatch).where(Dispatch.id.in_(ids))
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def is_queue(tab: Tab) -> bool:
    """Say whether the items of a group can be ticked off."""
    return tab in QUEUES
