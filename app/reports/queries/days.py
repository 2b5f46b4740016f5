"""The dispatches of each day: how they are counted, and the counts of a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    case,
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
from app.reports.rules.pace import EDGES


class elapsed(FunctionElement[float]):  # noqa: N801 - a function of SQL
    """Seconds from one moment to another; the databases have no word in common for it."""

    type = Float()
    inherit_cache = True


@compiles(elapsed, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    begins, ends = (compiler.process(one, **options) for one in element.clauses)
    return f"((julianday({ends}) - julianday({begins})) * 86400.0)"


@compiles(elapsed, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    begins, ends = (compiler.process(one, **options) for one in element.clauses)
    return f"EXTRACT(EPOCH FROM {ends} - {begins})"


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
    place = _place(elapsed(Dispatch.created_at, arrived)).label("place")
    paces = (
        select(Dispatch.channel, place, func.count())
        .where(*of_day, arrived.is_not(None), Dispatch.channel != Channel.PORTAL)
        .group_by(Dispatch.channel, place)
    )
    return Day(
        day,
        tuple(
            (row[0].value, row[1].value, row[2], int(row[3] or 0))
            for row in session().execute(counts)
        ),
        tuple((row[0].value, row[1], row[2]) for row in session().execute(paces)),
    )


def _place(seconds: ColumnElement[float]) -> ColumnElement[int]:
    """Return in which bucket of `rules.pace` a duration falls."""
    return case(*((seconds < edge, place) for place, edge in enumerate(EDGES)), else_=len(EDGES))


@dataclass(frozen=True, slots=True)
class Lately:
    """The counts of a while."""

    days: Mapping[tuple[date, Channel], Sequence[Count]]
    paces: Mapping[Channel, Mapping[int, int]]


def lately(organisation_id: str, since: date) -> Lately:
    """Return what was counted of each day since `since`, and how fast it went; two SELECTs."""
    return Lately(_days(organisation_id, since), _paces(organisation_id, since))


def _days(organisation_id: str, since: date) -> dict[tuple[date, Channel], list[Count]]:
    rows = select(DispatchDay).where(
        DispatchDay.organisation_id == organisation_id, DispatchDay.day >= since
    )
    found: dict[tuple[date, Channel], list[Count]] = {}
    for one in session().scalars(rows):
        channel = Channel(one.channel)
        count = Count(channel, GROUPS[one.state], one.count, one.cost)
        found.setdefault((one.day, channel), []).append(count)
    return found


def _paces(organisation_id: str, since: date) -> dict[Channel, dict[int, int]]:
    rows = (
        select(DispatchPace.channel, DispatchPace.bucket, func.sum(DispatchPace.count))
        .where(DispatchPace.organisation_id == organisation_id, DispatchPace.day >= since)
        .group_by(DispatchPace.channel, DispatchPace.bucket)
    )
    found: dict[Channel, dict[int, int]] = {}
    for channel, bucket, count in session().execute(rows):
        found.setdefault(Channel(channel), {})[bucket] = int(count)
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
