"""Runs of reports: begun by the timetable or by somebody, counted outside, settled once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from app.core import clock, ids, journal, outbox
from app.core.db import insert, session
from app.organisations.models import Organisation
from app.organisations.rules import Channel
from app.reports import rules
from app.reports.models import Report, ReportLetter, ReportRun
from app.reports.queries import figures, reports
from app.reports.queries.figures import Scope
from app.reports.rules import LetterState, RunState, timing
from app.reports.rules.counting import Figures
from app.reports.rules.timing import Interval, Period

MAKE = "reports.make"
SEND = "reports.send"
AT_A_TIME = 50
"""Reports that one look at the timetable starts."""
SWEPT = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to find out."""

    run_id: str
    scope: Scope
    period: Period


def start_due() -> int:
    """Start what this moment asks for, unless another relay has; returns how many were looked at."""
    now = clock.now()
    due = reports.due(now, AT_A_TIME)
    for report, house in due:
        if report.interval is Interval.AT_ONCE:
            _start_at_once(report, now)
        else:
            _start(report, house, now)
    return len(due)


def _start(report: Report, house: Organisation, now: datetime) -> None:
    """Start the newest slot that has come; older ones that were missed are part of its period."""
    slot = timing.last_slot(report.when, house.timezone, now)
    later = timing.next_slot(report.when, house.timezone, now)
    covered = report.covered_until
    if covered is not None and slot <= covered:
        # The organisation's clock was moved to another zone: this slot is told already.
        _claim(report, later, covered)
        return
    period = timing.period(report.when, house.timezone, slot, covered)
    if _claim(report, later, slot):
        start(report, slot, period)


def _start_at_once(report: Report, now: datetime) -> None:
    """Start a run for problems that are old enough to be all in the database; else just go on."""
    ends = now - timing.SETTLED
    period = Period(report.covered_until or ends, ends)
    has_news = bool(figures.figures(scope_of(report), period).problems)
    if _claim(report, now + timing.COLLECTED if has_news else now, ends) and has_news:
        start(report, ends, period)


def _claim(report: Report, next_at: datetime, covered_until: datetime) -> bool:
    """Move a report on, unless another relay has, or somebody changed it meanwhile."""
    moved = (
        update(Report)
        .where(
            Report.id == report.id,
            Report.next_at == report.next_at,
            Report.covered_until.is_not_distinct_from(report.covered_until),
        )
        .values(next_at=next_at, covered_until=covered_until)
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(moved).first() is not None


def start(
    report: Report, slot: datetime, period: Period, *, is_asked: bool = False
) -> ReportRun | None:
    """Write down a run and promise to make it; None where the slot was run already."""
    run_id = ids.new()
    row = insert(ReportRun).values(
        id=run_id,
        organisation_id=report.organisation_id,
        report_id=report.id,
        slot=slot,
        begins=period.begins,
        ends=period.ends,
        is_asked=is_asked,
        state=RunState.WAITING,
        created_at=clock.now(),
    )
    if session().execute(row.on_conflict_do_nothing().returning(ReportRun.id)).first() is None:
        return None
    # What changed just before the slot may be on its way into the database still.
    pause = max(period.ends + timing.SETTLED - clock.now(), timing.SETTLED * 0)
    outbox.promise(MAKE, organisation_id=report.organisation_id, delay=pause, run=run_id)
    return reports.run_by_id(run_id)


def scope_of(report: Report) -> Scope:
    """Return what a report is about; its organisation's dispatches, and never another's."""
    channels = tuple(Channel(one) for one in report.channels)
    return Scope(report.organisation_id, channels, tuple(report.groups))


def plan(run_id: str) -> Plan | None:
    """Return what a run has to find out; None where it is done, or its report was removed."""
    run = reports.run_by_id(run_id)
    if run is None or run.state is not RunState.WAITING:
        return None
    report = reports.by_id(run.report_id)
    assert report is not None
    if report.removed_at is not None:
        _move(run, RunState.NOBODY)
        return None
    return Plan(run.id, scope_of(report), Period(run.begins, run.ends))


def settle(planned: Plan, found: Figures) -> None:
    """Write down what a run found, and promise its mails; where there is nothing to tell, none."""
    run = reports.run_by_id(planned.run_id)
    assert run is not None
    report = reports.by_id(run.report_id)
    assert report is not None
    readers = [
        one.recipient.id
        for one in reports.subscribers(report)
        if one.may_read and one.recipient.left_at is None
    ]
    state = _state(report, run, found, readers)
    if not _move(run, state, found):
        return
    if state is RunState.SENT:
        for recipient_id in readers:
            _promise_letter(run, recipient_id)
    journal.record(
        f"report.{'sent' if state is RunState.SENT else 'not_sent'}",
        journal.SYSTEM,
        organisation_id=report.organisation_id,
        about=("report", report.id),
        report=report.name,
        recipients=len(readers) if state is RunState.SENT else 0,
        problems=found.problems,
    )


def _state(report: Report, run: ReportRun, found: Figures, readers: list[str]) -> RunState:
    if report.only_problems and not run.is_asked and not found.problems:
        return RunState.QUIET
    return RunState.SENT if readers else RunState.NOBODY


def _promise_letter(run: ReportRun, recipient_id: str) -> None:
    letter = ReportLetter(
        id=ids.new(),
        organisation_id=run.organisation_id,
        run_id=run.id,
        recipient_id=recipient_id,
        state=LetterState.WAITING,
        answer="",
        created_at=clock.now(),
    )
    session().add(letter)
    outbox.promise(SEND, organisation_id=run.organisation_id, letter=letter.id)


def give_up(run_id: str) -> None:
    """Say that a run could not be made, after several tries."""
    run = reports.run_by_id(run_id)
    if run is not None:
        _move(run, RunState.FAILED)


def _move(run: ReportRun, state: RunState, found: Figures | None = None) -> bool:
    moved = (
        update(ReportRun)
        .where(ReportRun.id == run.id, ReportRun.state == RunState.WAITING)
        .values(state=state, figures=found and found.to_json(), finished_at=clock.now())
        .returning(ReportRun.id)
    )
    return session().execute(moved).first() is not None


def sweep() -> None:
    """Forget runs that are old, with their mails."""
    old = (
        select(ReportRun.id)
        .where(ReportRun.created_at < clock.now() - rules.KEPT)
        .order_by(ReportRun.created_at)
        .limit(SWEPT)
    )
    ids_of_old = list(session().scalars(old))
    if ids_of_old:
        session().execute(delete(ReportLetter).where(ReportLetter.run_id.in_(ids_of_old)))
        session().execute(delete(ReportRun).where(ReportRun.id.in_(ids_of_old)))
