"""Days are counted anew where something changed, and always come to what is there."""

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import session
from app.core.runtime import Runtime
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.organisations.rules import Channel
from app.reports.actions import counting
from app.reports.models import DispatchDay
from app.reports.queries import days
from app.reports.rules.counting import Group
from app.reports.rules.pace import bucket
from tests.reports.stage import NOW, Stage, staged

LATE_EVENING = datetime.fromisoformat("2026-11-16T23:30:00+00:00")
"""Half past midnight of the next day in Zürich."""


def count(here: Runtime, house_id: str, moment: datetime = NOW) -> counting.Counted:
    """Count as a job does, at a moment."""
    with clock.standing_at(moment):
        with here.database.transaction():
            planned = counting.plan(house_id)
        counted = counting.count(planned)
        with here.database.transaction():
            assert counting.keep(planned, counted) is False
    return counted


def stage_of(here: Runtime) -> Stage:
    with here.database.transaction() as opened:
        stage = staged(opened)
        yesterday = NOW - timedelta(days=1)
        stage.dispatches(opened, 3, State.SUBMITTED, yesterday, cost_minor=25, handed_at=NOW)
        stage.dispatches(opened, 1, State.SUBMITTED, LATE_EVENING, channel=Channel.PORTAL)
        stage.dispatches(opened, 1, State.SUBMITTED, yesterday, is_test=True)
    return stage


def rows(here: Runtime) -> dict[tuple[date, str, str], tuple[int, int]]:
    with here.database.reading():
        found = session().scalars(select(DispatchDay))
        return {(one.day, one.channel, one.state): (one.count, one.cost) for one in found}


def test_days_are_those_of_the_organisations_calendar(here: Runtime) -> None:
    count(here, stage_of(here).house.id)
    assert rows(here) == {
        (date(2026, 11, 17), "email", "submitted"): (3, 75),
        (date(2026, 11, 17), "portal", "submitted"): (1, 0),
    }


def test_only_days_with_a_change_are_counted_again(here: Runtime) -> None:
    stage = stage_of(here)
    assert len(count(here, stage.house.id).days) == 2
    with here.database.transaction() as opened:
        (one,) = opened.scalars(select(Dispatch.id).where(Dispatch.channel == Channel.PORTAL)).all()
        late = {"state": State.UNDELIVERABLE, "changed_at": NOW + timedelta(hours=1)}
        opened.execute(update(Dispatch).where(Dispatch.id == one).values(late))
        assert days.uncounted() == [stage.house.id]
    again = count(here, stage.house.id, NOW + timedelta(hours=2))
    assert [day.day for day in again.days] == [date(2026, 11, 17)]
    assert rows(here)[date(2026, 11, 17), "portal", "undeliverable"] == (1, 0)
    assert (date(2026, 11, 17), "portal", "submitted") not in rows(here)
    with here.database.reading():
        assert days.uncounted() == []


def test_who_counted_meanwhile_is_not_overwritten(here: Runtime) -> None:
    stage = stage_of(here)
    with here.database.transaction():
        planned = counting.plan(stage.house.id)
    slow = counting.count(planned)
    count(here, stage.house.id)
    with here.database.transaction():
        assert counting.keep(planned, slow) is True


def test_the_pace_is_from_made_to_arrived_or_handed_over(here: Runtime) -> None:
    with here.database.transaction() as opened:
        stage = staged(opened)
        for handed, arrived in ((10, 4000), (10, None), (None, None)):
            times = {
                name: None if seconds is None else NOW + timedelta(seconds=seconds)
                for name, seconds in (("handed_at", handed), ("arrived_at", arrived))
            }
            stage.dispatches(opened, 1, State.SUBMITTED, NOW, **times)
    count(here, stage.house.id, NOW + timedelta(hours=3))
    with here.database.reading():
        found = days.lately(stage.house.id, date(2026, 11, 1))
        assert found.paces == {Channel.EMAIL: Counter([bucket(10.0), bucket(4000.0)])}
        ((key, counts),) = found.days.items()
        assert (key, counts[0].group, counts[0].count) == (
            (date(2026, 11, 18), Channel.EMAIL),
            Group.SENT,
            3,
        )


def test_costs_are_summed_by_month_and_channel(stage: Stage, session: Session) -> None:
    for day, cost in ((date(2026, 10, 31), 5), (date(2026, 11, 1), 7), (date(2026, 11, 2), 1)):
        session.add(
            DispatchDay(
                organisation_id=stage.house.id,
                day=day,
                channel="email",
                state="submitted",
                count=1,
                cost=cost,
            )
        )
    session.flush()
    assert days.costs(stage.house.id, date(2026, 1, 1)) == [
        (2026, 10, Channel.EMAIL, 5),
        (2026, 11, Channel.EMAIL, 8),
    ]
