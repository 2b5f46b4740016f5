"""Runs: each slot once, missed ones made up once, quiet ones not sent, problems told within minutes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.core.errors import Refused
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.delivery.rules import State
from app.reports import rules
from app.reports.actions import keeping, running
from app.reports.models import Report, ReportLetter, ReportRun
from app.reports.queries import reports
from app.reports.rules import LetterState, RunState
from app.reports.rules.timing import Interval, When
from tests.reports.stage import DAILY, NOW, Stage, staged, work

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SEVEN = datetime.fromisoformat("2026-11-19T06:00:00+00:00")
"""Seven o'clock in Zürich, on the morning after `NOW`."""
AT_ONCE = When(Interval.AT_ONCE, 0)


def at(here: Runtime, moment: datetime) -> int:
    """Look at the timetable at a moment; return how many runs there are then."""
    with clock.standing_at(moment), here.database.transaction() as opened:
        running.start_due()
        opened.flush()
        return len(opened.scalars(select(ReportRun.id)).all())


def made(here: Runtime, when: When = DAILY, **wishes: object) -> tuple[Stage, Report]:
    with clock.standing_at(NOW), here.database.transaction() as opened:
        stage = staged(opened)
        return stage, stage.report(when, **wishes)


def runs(here: Runtime) -> list[ReportRun]:
    with here.database.reading():
        return list(session().scalars(select(ReportRun).order_by(ReportRun.slot)))


def put(here: Runtime, stage: Stage, state: State, moment: datetime, **values: object) -> None:
    with here.database.transaction() as opened:
        stage.dispatches(opened, 1, state, moment, **values)


def test_a_slot_is_run_when_it_comes_and_only_once(here: Runtime) -> None:
    made(here)
    assert [at(here, SEVEN + shift) for shift in (-MINUTE, MINUTE * 0, MINUTE)] == [0, 1, 1]
    (run,) = runs(here)
    assert (run.slot, run.begins, run.ends) == (SEVEN, SEVEN - DAY, SEVEN)
    assert at(here, SEVEN + DAY) == 2


def test_of_missed_slots_the_newest_is_made_up_once_and_covers_them_all(here: Runtime) -> None:
    made(here)
    at(here, SEVEN)
    late = SEVEN + 5 * DAY + timedelta(hours=3)
    assert [at(here, late), at(here, late + MINUTE)] == [2, 2]
    assert (runs(here)[1].slot, runs(here)[1].begins) == (SEVEN + 5 * DAY, SEVEN)
    assert at(here, SEVEN + 6 * DAY) == 3
    assert runs(here)[2].begins == SEVEN + 5 * DAY


def test_a_house_that_moves_to_another_zone_is_told_nothing_twice(here: Runtime) -> None:
    stage, _report = made(here)
    at(here, SEVEN)
    with here.database.transaction() as opened:
        opened.merge(stage.house).timezone = "America/New_York"
    # Zürich's next slot comes; by New York's clock the last one was before what is told.
    assert at(here, SEVEN + DAY) == 2
    assert runs(here)[1].slot == SEVEN + timedelta(hours=6)
    assert at(here, SEVEN + DAY + timedelta(hours=6)) == 3


def test_without_problems_a_report_of_problems_is_not_sent_and_the_history_says_so(
    here: Runtime,
) -> None:
    stage, _report = made(here, only_problems=True)
    put(here, stage, State.SUBMITTED, NOW)
    at(here, SEVEN)
    work(here, SEVEN + MINUTE)
    put(here, stage, State.FAILED, SEVEN + MINUTE)
    at(here, SEVEN + DAY)
    work(here, SEVEN + DAY + MINUTE)
    assert [run.state for run in runs(here)] == [RunState.QUIET, RunState.SENT]
    with here.database.reading():
        names = session().scalars(select(Entry.name).where(Entry.object_kind == "report"))
        assert list(names)[1:] == ["report.not_sent", "report.sent"]
        assert len(session().scalars(select(ReportLetter)).all()) == 1


def test_a_problem_is_told_within_minutes_and_the_next_ones_are_collected(here: Runtime) -> None:
    stage, _report = made(here, AT_ONCE)
    assert at(here, NOW + MINUTE) == 0
    put(here, stage, State.FAILED, NOW + 5 * MINUTE)
    assert at(here, NOW + 5 * MINUTE) == 0
    assert at(here, NOW + 7 * MINUTE) == 1
    for later in (8, 9):
        put(here, stage, State.UNDELIVERABLE, NOW + later * MINUTE)
        assert at(here, NOW + (later + 3) * MINUTE) == 1
    assert at(here, NOW + 22 * MINUTE) == 2
    work(here, NOW + 23 * MINUTE)
    assert [(run.figures or {})["problems"] for run in runs(here)] == [1, 2]
    assert at(here, NOW + DAY) == 2


def test_a_problem_of_another_channel_is_none_of_its_business(here: Runtime) -> None:
    stage, _report = made(here, AT_ONCE, channels=("portal",))
    put(here, stage, State.FAILED, NOW + MINUTE)
    assert at(here, NOW + 4 * MINUTE) == 0


def test_a_problem_from_before_the_report_is_not_told(here: Runtime) -> None:
    stage, _report = made(here, AT_ONCE)
    put(here, stage, State.FAILED, NOW - MINUTE)
    assert at(here, NOW + 10 * MINUTE) == 0


def test_who_lost_the_right_or_left_gets_nothing(here: Runtime) -> None:
    with clock.standing_at(NOW), here.database.transaction() as opened:
        stage = staged(opened)
        report = stage.report(recipients=(stage.anna.id, stage.ben.id))
    at(here, SEVEN)
    with here.database.transaction() as opened:
        # Ben is switched off before it is counted, Anna between the count and her mail.
        opened.merge(stage.ben).disabled_at = NOW
    with clock.standing_at(SEVEN + MINUTE):
        with here.database.transaction():
            (run,) = session().scalars(select(ReportRun)).all()
            planned = running.plan(run.id)
        assert planned is not None
        with here.database.transaction():
            running.settle(planned, running.figures.figures(planned.scope, planned.period))
            for one in reports.subscribers(report):
                if one.person.id == stage.anna.id:
                    keeping.leave(one.recipient)
    work(here, SEVEN + MINUTE)
    with here.database.reading():
        (letter,) = session().scalars(select(ReportLetter)).all()
        assert letter.state is LetterState.WITHHELD


def test_where_nobody_is_left_the_run_says_so(here: Runtime) -> None:
    stage, _report = made(here)
    with here.database.transaction() as opened:
        opened.merge(stage.ben).disabled_at = NOW
    at(here, SEVEN)
    work(here, SEVEN + MINUTE)
    assert [run.state for run in runs(here)] == [RunState.NOBODY]


def test_nobody_without_the_right_or_of_another_house_becomes_a_recipient(
    stage: Stage, session: Session
) -> None:
    stranger = staged(session, "brandt").ben
    with pytest.raises(Refused):
        stage.report(recipients=(stage.ben.id, stranger.id))


def test_one_sees_ones_own_reports_and_administrators_see_all(
    stage: Stage, session: Session
) -> None:
    report = stage.report()
    anna = Principal(Role.ADMINISTRATOR, stage.anna.id, "Anna", stage.house.id)
    carl = Principal(Role.STAFF, "0" * 26, "Carl", stage.house.id)
    dora = Principal(Role.ADMINISTRATOR, "0" * 26, "Dora", staged(session, "brandt").house.id)
    found = [reports.one(who, report.id) for who in (stage.who, anna, carl, dora)]
    assert found == [report, report, None, None]


def test_sent_by_hand_it_goes_out_once_without_problems_and_the_timetable_stays(
    here: Runtime,
) -> None:
    stage, report = made(here, only_problems=True)
    with clock.standing_at(NOW), here.database.transaction() as opened:
        report = opened.get_one(Report, report.id)
        next_at = report.next_at
        keeping.send_now(report, stage.who, stage.house)
        opened.flush()
        with pytest.raises(Refused):
            keeping.send_now(report, stage.who, stage.house)
        assert (report.next_at, report.covered_until) == (next_at, None)
    work(here, NOW)
    assert [(run.state, run.is_asked) for run in runs(here)] == [(RunState.SENT, True)]


def test_what_is_removed_is_neither_started_nor_finished(here: Runtime) -> None:
    stage, report = made(here)
    at(here, SEVEN)
    with here.database.transaction() as opened:
        keeping.remove(opened.get_one(Report, report.id), stage.who)
    work(here, SEVEN + MINUTE)
    assert at(here, SEVEN + DAY) == 1
    assert runs(here)[0].state is RunState.NOBODY
    with here.database.transaction(), clock.standing_at(SEVEN + rules.KEPT + DAY):
        running.sweep()
    assert runs(here) == []
