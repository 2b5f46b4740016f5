"""Count the dispatches of each day anew where something changed: what charts are drawn from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update

from app.core import clock, outbox, runtime
from app.core.db import insert, session
from app.organisations import queries as organisations
from app.reports.models import DispatchCounted, DispatchDay, DispatchPace
from app.reports.queries import days
from app.reports.queries.days import Day

COUNT = "reports.count"
LATE: Final = timedelta(minutes=2)
"""What changed so shortly before a count may not have been in the database yet: it is looked at again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Whose dispatches are to be counted, by the clock of which place."""

    organisation_id: str
    timezone: str
    since: datetime | None
    """Up to when changes are counted already; None: nothing was."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The days that were counted anew, and up to when that was."""

    days: tuple[Day, ...]
    until: datetime


def promise_counts() -> None:
    """Promise to count for every organisation where something changed."""
    for organisation_id in days.uncounted():
        key = f"{COUNT}:{organisation_id}"
        outbox.promise(
            COUNT,
            organisation_id=organisation_id,
            key=key,
            priority=7,
            organisation=organisation_id,
        )


def plan(organisation_id: str) -> Plan:
    """Return what is to be counted."""
    house = organisations.organisation_by_id(organisation_id)
    return Plan(organisation_id, house.timezone, days.counted_until(organisation_id))


def count(planned: Plan) -> Counted:
    """Count every day with a dispatch that changed; reads only, and holds nobody up."""
    until = clock.now() - LATE
    with runtime.current().database.reading():
        counted = tuple(_count(planned, day) for day in _changed_days(planned))
    return Counted(counted, until)


def _changed_days(planned: Plan) -> list[date]:
    zone = ZoneInfo(planned.timezone)
    if planned.since is not None:
        changed = days.made_of_changed(planned.organisation_id, planned.since)
        return sorted({moment.astimezone(zone).date() for moment in changed})
    first = days.first_made(planned.organisation_id)
    if first is None:
        return []
    begins = first.astimezone(zone).date()
    length = (clock.now().astimezone(zone).date() - begins).days + 1
    return [begins + timedelta(days=place) for place in range(length)]


def _count(planned: Plan, day: date) -> Day:
    begins = clock.midnight(day, planned.timezone)
    ends = clock.midnight(day + timedelta(days=1), planned.timezone)
    return days.counted(planned.organisation_id, day, begins, ends)


def keep(planned: Plan, counted: Counted) -> bool:
    """Put the counts in place of those before; True where somebody else counted meanwhile."""
    if not _claim(planned, counted.until):
        return True
    for day in counted.days:
        key = {"organisation_id": planned.organisation_id, "day": day.day}
        for table in (DispatchDay, DispatchPace):
            session().execute(
                delete(table).where(
                    table.organisation_id == planned.organisation_id, table.day == day.day
                )
            )
        session().add_all(
            DispatchDay(**key, channel=channel, state=state, count=count, cost=cost)
            for channel, state, count, cost in day.counts
        )
        session().add_all(
            DispatchPace(**key, channel=channel, bucket=bucket, count=count)
            for channel, bucket, count in day.paces
        )
    return False


def _claim(planned: Plan, until: datetime) -> bool:
    if planned.since is None:
        first = insert(DispatchCounted).values(
            organisation_id=planned.organisation_id, until=until.astimezone(UTC)
        )
        made = first.on_conflict_do_nothing().returning(DispatchCounted.organisation_id)
        return session().execute(made).first() is not None
    moved = (
        update(DispatchCounted)
        .where(
            DispatchCounted.organisation_id == planned.organisation_id,
            DispatchCounted.until == planned.since,
        )
        .values(until=until)
        .returning(DispatchCounted.organisation_id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(moved).first() is not None
