"""Configure reports: make, change, remove, have one sent now; and end it for oneself."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.reports import rules
from app.reports.actions import running
from app.reports.models import Report, ReportRecipient, ReportRun
from app.reports.queries import reports
from app.reports.rules import timing
from app.reports.rules.timing import Interval, When


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chose for a report."""

    name: str
    when: When
    channels: tuple[str, ...]
    groups: tuple[str, ...]
    only_problems: bool
    has_pdf: bool
    has_csv: bool
    recipients: tuple[str, ...]
    """Ids of members."""


def create(who: Principal, house: Organisation, wish: Wish) -> Report:
    """Make a report; raises `Refused` where there are many, or a recipient may not read it."""
    organisations.hold_organisation(house.id)
    if reports.count_of(house.id) >= rules.MOST_REPORTS:
        sentence = _("There are %(count)s reports, as many as there may be.")
        raise Refused(sentence % {"count": rules.MOST_REPORTS})
    now = clock.now()
    report = Report(
        id=ids.new(),
        organisation_id=house.id,
        owner_id=who.id,
        created_at=now,
        covered_until=now if wish.when.interval is Interval.AT_ONCE else None,
    )
    _put(report, house, wish)
    session().add(report)
    session().flush()
    _subscribe(report, wish.recipients)
    _note("report.created", report, who)
    return report


def change(report: Report, who: Principal, house: Organisation, wish: Wish) -> None:
    """Change a report; it comes next at the first slot of its new time."""
    was_at_once = report.interval is Interval.AT_ONCE
    _put(report, house, wish)
    if report.interval is Interval.AT_ONCE and not was_at_once:
        # What was a problem before is told already, or was never asked for.
        report.covered_until = clock.now()
    _subscribe(report, wish.recipients)
    _note("report.changed", report, who)


def _put(report: Report, house: Organisation, wish: Wish) -> None:
    report.name = wish.name
    report.interval = wish.when.interval
    report.minute = wish.when.minute
    report.weekday = wish.when.weekday
    report.month_day = wish.when.month_day
    report.channels = list(wish.channels)
    report.groups = list(wish.groups)
    report.only_problems = wish.only_problems or wish.when.interval is Interval.AT_ONCE
    report.has_pdf = wish.has_pdf
    report.has_csv = wish.has_csv
    now = clock.now()
    at_once = wish.when.interval is Interval.AT_ONCE
    report.next_at = now if at_once else timing.next_slot(wish.when, house.timezone, now)


def _subscribe(report: Report, wanted: Iterable[str]) -> None:
    """Have exactly these members get a report; who left it and is chosen again gets it again."""
    chosen = set(wanted)
    may_read = {person.id for person in reports.eligible(report.organisation_id)}
    if not chosen <= may_read:
        raise Refused(_("Somebody of these may not see deliveries. Choose the recipients again."))
    for one in reports.subscribers(report):
        if one.person.id in chosen:
            one.recipient.left_at = None
        else:
            one.recipient.is_wanted = False
    session().flush()
    for person_id in sorted(chosen):
        row = insert(ReportRecipient).values(
            id=ids.new(),
            organisation_id=report.organisation_id,
            report_id=report.id,
            person_id=person_id,
            is_wanted=True,
        )
        again = {"is_wanted": True, "left_at": None}
        on = [ReportRecipient.report_id, ReportRecipient.person_id]
        session().execute(row.on_conflict_do_update(index_elements=on, set_=again))


def remove(report: Report, who: Principal) -> None:
    """End a report for everybody; its history stays."""
    now = clock.now()
    ended = (
        update(Report)
        .where(Report.id == report.id, Report.removed_at.is_(None))
        .values(removed_at=now, next_at=None)
        .returning(Report.id)
    )
    if session().execute(ended).first() is not None:
        _note("report.removed", report, who)


def send_now(report: Report, who: Principal, house: Organisation) -> ReportRun:
    """Have the last period sent to everybody on the list, problems or not; the timetable goes on."""
    if not any(
        one.may_read and one.recipient.left_at is None for one in reports.subscribers(report)
    ):
        raise Refused(_("Nobody gets this report at present. Choose recipients first."))
    organisations.hold_organisation(house.id)
    if reports.is_under_way(report.id):
        raise Refused(_("It is on its way already. Look at the history."))
    now = clock.now()
    period = timing.latest(report.when, house.timezone, now)
    run = running.start(report, now, period, is_asked=True)
    assert run is not None
    _note("report.asked", report, who)
    return run


def leave(recipient: ReportRecipient) -> bool:
    """End a report for one recipient, who says so by their mail; True where it was not ended before."""
    left = (
        update(ReportRecipient)
        .where(ReportRecipient.id == recipient.id, ReportRecipient.left_at.is_(None))
        .values(left_at=clock.now())
        .returning(ReportRecipient.id)
    )
    if session().execute(left).first() is None:
        return False
    report = reports.by_id(recipient.report_id)
    person = reports.person_by_id(recipient.person_id)
    assert report is not None
    journal.record(
        "report.left",
        journal.Actor("person", person.id, person.name),
        organisation_id=report.organisation_id,
        about=("report", report.id),
        report=report.name,
    )
    return True


def _note(name: str, report: Report, who: Principal) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=report.organisation_id,
        about=("report", report.id),
        report=report.name,
    )
