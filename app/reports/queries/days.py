"""The dispatches of each day: how they are counted, and the counts of a while."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Integer,
    exists,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.core.db import session
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.organisations.models import Organisation
from app.organisations.rules import Channel
from app.reports.models import DispatchCounted, DispatchDay, DispatchPace
from app.reports.rules.counting import GROUPS, Count
from app.reports.rules.pace import bucket


class elapsed(FunctionElement[int]):  # noqa: N801 - a function of SQL
    """Whole seconds from one moment to another; the databases have no word in common for it."""

    type = Integer()
    inherit_cache = True


@compiles(elapsed, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    begins, ends = (compiler.process(one, **options) for one in element.clauses)
    # A moment as a Julian day is a millisecond off at most: half of one keeps whole seconds whole.
    return f"CAST((julianday({ends}) - julianday({begins})) * 86400.0 + 0.0005 AS INTEGER)"


@compiles(elapsed, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    begins, ends = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST(FLOOR(EXTRACT(EPOCH FROM {ends} - {begins})) AS INTEGER)"


@dataclass(frozen=True, slots=True)
class Day:
    """The counts of one day: by channel and state, with the cost; and by channel and bucket."""

    day: date
    counts: tuple[tuple[str, str, int, int], ...]
    paces: tuple[tuple[str, int, int], ...]


def uncounted() -> list[str]:
    """Return the organisations with dispatches that changed since they were counted."""
    news = exists().where(
        Dispatch.organisation_id == Organisation.id,
        Dispatch.state.in_(list(State)),
        Dispatch.changed_at >= DispatchCounted.until,
    )
    rows = (
        select(Organisation.id)
        .outerjoin(DispatchCounted, DispatchCounted.organisation_id == Organisation.id)
        .where(or_(DispatchCounted.until.is_(None), news))
    )
    return list(session().scalars(rows.order_by(Organisation.id)))


def counted_until(organisation_id: str) -> datetime | None:
    """Return up to when an organisation's dispatches are counted."""
    found = session().get(DispatchCounted, organisation_id)
    return None if found is None else found.until


def made_of_changed(organisation_id: str, since: datetime) -> Sequence[datetime]:
    """Return when the dispatches were made that changed since a moment."""
    rows = (
        select(Dispatch.created_at)
        .where(
            Dispatch.organisation_id == organisation_id,
            Dispatch.state.in_(list(State)),
            Dispatch.changed_at >= since,
        )
        .distinct()
    )
    return session().scalars(rows).all()


def first_made(organisation_id: str) -> datetime | None:
    """Return when an organisation's first dispatch was made."""
    rows = select(func.min(Dispatch.created_at)).where(Dispatch.organisation_id == organisation_id)
    return session().scalar(rows)


def counted(organisation_id: str, day: date, begins: datetime, ends: datetime) -> Day:
    """Count the dispatches of one day, which lasts from `begins` until `ends`; tests are left out."""
    of_day = (
        Dispatch.organisation_id == organisation_id,
        Dispatch.created_at >= begins,
        Dispatch.created_at < ends,
        Dispatch.is_test.is_(False),
    )
    cost = func.coalesce(func.sum(Dispatch.cost_minor), 0)
    counts = (
        select(Dispatch.channel, Dispatch.state, func.count(), cost)
        .where(*of_day)
        .group_by(Dispatch.channel, Dispatch.state)
    )
    arrived = func.coalesce(Dispatch.arrived_at, Dispatch.handed_at)
    seconds = elapsed(Dispatch.created_at, arrived).label("seconds")
    paces = (
        select(Dispatch.channel, seconds, func.count())
        .where(*of_day, arrived.is_not(None), Dispatch.channel != Channel.PORTAL)
        .group_by(Dispatch.channel, seconds)
    )
    return Day(
        day,
        tuple(
            (row[0].value, row[1].value, row[2], int(row[3] or 0))
            for row in session().execute(counts)
        ),
        _bucketed((row[0].value, row[1], row[2]) for row in session().execute(paces)),
    )


def _bucketed(rows: Iterable[tuple[str, int, int]]) -> tuple[tuple[str, int, int], ...]:
    """Return channel, bucket of `rules.pace` and count, from channel, seconds and count."""
    found: Counter[tuple[str, int]] = Counter()
    for channel, seconds, count in rows:
        found[channel, bucket(seconds)] += count
    return tuple((*key, count) for key, count in found.items())


@dataclass(frozen=True, slots=True)
class Lately:
    """The counts of a while."""

    days: Mapping[tuple[date, Channel], Sequence[Count]]
    paces: Mapping[Channel, Mapping[int, int]]


def lately(organisation_id: str, since: date) -> Lately:
    """Return what was counted of each day since `since`, and how fast it went; two SELECTs."""
    return Lately(_days(organisation_id, since), _paces(organisation_id, since))


def _days(organisation_id: str, since: date) -> dict[tuple[date, Channel], list[Count]]:
    columns = (DispatchDay.day, DispatchDay.channel, DispatchDay.state)
    rows = select(*columns, DispatchDay.count, DispatchDay.cost).where(
        DispatchDay.organisation_id == organisation_id, DispatchDay.day >= since
    )
    found: dict[tuple[date, Channel], list[Count]] = {}
    for day, named, state, number, cost in session().execute(rows):
        channel = Channel(named)
        found.setdefault((day, channel), []).append(Count(channel, GROUPS[state], number, cost))
    return found


def summed(organisation_id: str, first: date, end: date) -> list[tuple[Channel, State, int, int]]:
    """Return channel, state, count and cost of what was made from `first` on, before `end`."""
    columns = (DispatchDay.channel, DispatchDay.state)
    rows = (
        select(*columns, func.sum(DispatchDay.count), func.sum(DispatchDay.cost))
        .where(
            DispatchDay.organisation_id == organisation_id,
            DispatchDay.day >= first,
            DispatchDay.day < end,
        )
        .group_by(*columns)
    )
    return [
        (Channel(row[0]), State(row[1]), int(row[2]), int(row[3]))
        for row in session().execute(rows)
    ]


def _paces(organisation_id: str, since: date) -> dict[Channel, dict[int, int]]:
    rows = (
        select(DispatchPace.channel, DispatchPace.bucket, func.sum(DispatchPace.count))
        .where(DispatchPace.organisation_id == organisation_id, DispatchPace.day >= since)
        .group_by(DispatchPace.channel, DispatchPace.bucket)
    )
    found: dict[Channel, dict[int, int]] = {}
    for channel, place, count in session().execute(rows):
        found.setdefault(Channel(channel), {})[place] = int(count)
    return found


def costs(organisation_id: str, since: date) -> list[tuple[int, int, Channel, int]]:
    """Return year, month, channel and what its dispatches cost, in minor units, the oldest first."""
    year, month = extract("year", DispatchDay.day), extract("month", DispatchDay.day)
    rows = (
        select(year, month, DispatchDay.channel, func.sum(DispatchDay.cost))
        .where(DispatchDay.organisation_id == organisation_id, DispatchDay.day >= since)
        .group_by(year, month, DispatchDay.channel)
        .having(func.sum(DispatchDay.cost) > 0)
        .order_by(year, month)
    )
    return [
        (int(row[0]), int(row[1]), Channel(row[2]), int(row[3] or 0))
        for row in session().execute(rows)
    ]
