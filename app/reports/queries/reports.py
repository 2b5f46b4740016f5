"""Look-ups of reports: whose they are, who gets them, what their runs came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from app.access.grants import GRANTS, Can, Role
from app.access.principal import Principal
from app.core.db import session
from app.delivery.models import Dispatch
from app.identity.models import Person
from app.organisations.models import Member, Organisation
from app.organisations.queries.houses import staff_only
from app.organisations.rules import MemberRole
from app.reports.models import Report, ReportLetter, ReportRecipient, ReportRun
from app.reports.rules import RunState
from app.reports.rules.counting import PROBLEMS
from app.reports.rules.timing import QUIET_STEP, SETTLED, Interval

MAY_READ = tuple(one for one in MemberRole if Can.READ_DELIVERIES in GRANTS[Role(one.value)])
"""Members who may see what a report says."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody on a report's list."""

    recipient: ReportRecipient
    person: Person
    may_read: bool
    """Whether they may sign in and see deliveries at present."""


def visible(who: Principal) -> Select[Report]:
    """Return the reports that exist for a principal: their own; for administrators, everybody's."""
    rows = select(Report).where(
        Report.organisation_id == who.organisation_id, Report.removed_at.is_(None), staff_only(who)
    )
    everybodys = who.role is Role.ADMINISTRATOR
    return rows.where(true() if everybodys else Report.owner_id == who.id)


def one(who: Principal, report_id: str) -> Report | None:
    """Return one report that exists for a principal."""
    return session().scalar(visible(who).where(Report.id == report_id))


def listed(who: Principal, limit: int) -> list[tuple[Report, str, ReportRun | None]]:
    """Return the reports of a principal with their owner's name and their last run, by name."""
    earlier = aliased(ReportRun)
    newest = select(func.max(earlier.id)).where(earlier.report_id == Report.id).scalar_subquery()
    rows = (
        visible(who)
        .join(Person, Person.id == Report.owner_id)
        .outerjoin(ReportRun, ReportRun.id == newest)
        .add_columns(Person.name, ReportRun)
        .order_by(func.lower(Report.name), Report.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session().execute(rows)]


def count_of(organisation_id: str) -> int:
    """Return how many reports an organisation has."""
    rows = select(func.count(Report.id)).where(
        Report.organisation_id == organisation_id, Report.removed_at.is_(None)
    )
    return session().scalar(rows) or 0


def by_id(report_id: str) -> Report | None:
    """Return a report, removed or not; for jobs."""
    return session().get(Report, report_id)


def run_by_id(run_id: str) -> ReportRun | None:
    """Return a run; for jobs."""
    return session().get(ReportRun, run_id)


def letter_by_id(letter_id: str) -> ReportLetter | None:
    """Return a mail of a run; for jobs."""
    return session().get(ReportLetter, letter_id)


def recipient_by_id(recipient_id: str) -> ReportRecipient | None:
    """Return somebody's place on a list, also where they left it."""
    return session().get(ReportRecipient, recipient_id)


def eligible(organisation_id: str) -> list[Person]:
    """Return the members who may see deliveries and can sign in, by name: whom a report may go to."""
    rows = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(Member.organisation_id == organisation_id, _may_read())
        .order_by(Person.name, Person.id)
    )
    return list(session().scalars(rows))


def _may_read() -> ColumnElement[bool]:
    return and_(Member.role.in_(MAY_READ), Person.disabled_at.is_(None))


def subscribers(report: Report) -> list[Subscriber]:
    """Return everybody on a report's list, those who left it included, by name."""
    rows = (
        select(ReportRecipient, Person, Member)
        .join(Person, Person.id == ReportRecipient.person_id)
        .outerjoin(
            Member,
            and_(Member.person_id == Person.id, Member.organisation_id == report.organisation_id),
        )
        .where(ReportRecipient.report_id == report.id, ReportRecipient.is_wanted)
        .order_by(Person.name, Person.id)
    )
    return [Subscriber(*row[:2], _is_reader(row[1], row[2])) for row in session().execute(rows)]


def _is_reader(person: Person, member: Member | None) -> bool:
    return member is not None and member.role in MAY_READ and person.disabled_at is None


def reader(recipient: ReportRecipient) -> Person | None:
    """Return whom a mail is for, asked when it is sent: None where they left or may not read it."""
    if recipient.left_at is not None or not recipient.is_wanted:
        return None
    rows = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(
            Person.id == recipient.person_id,
            Member.organisation_id == recipient.organisation_id,
            _may_read(),
        )
    )
    return session().scalar(rows)


def runs(report_id: str, cursor: str | None, *, back: bool, limit: int) -> list[ReportRun]:
    """Return at most `limit` runs of a report, newest first, beyond the keyset `cursor` (an id)."""
    rows = select(ReportRun).where(ReportRun.report_id == report_id)
    if cursor is not None:
        rows = rows.where(ReportRun.id > cursor if back else ReportRun.id < cursor)
    order = ReportRun.id.asc() if back else ReportRun.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def letters(run_ids: Sequence[str]) -> dict[str, list[tuple[ReportLetter, str]]]:
    """Return the mails of some runs with their readers' names, by run."""
    rows = (
        select(ReportLetter, Person.name)
        .join(ReportRecipient, ReportRecipient.id == ReportLetter.recipient_id)
        .join(Person, Person.id == ReportRecipient.person_id)
        .where(ReportLetter.run_id.in_(run_ids))
        .order_by(Person.name, ReportLetter.id)
    )
    found: dict[str, list[tuple[ReportLetter, str]]] = {one: [] for one in run_ids}
    for letter, name in session().execute(rows) if run_ids else ():
        found[letter.run_id].append((letter, name))
    return found


def due(now: datetime, limit: int) -> list[tuple[Report, Organisation]]:
    """Return the reports that are due, the longest first; one at once only where there may be news."""
    news = exists().where(
        Dispatch.organisation_id == Report.organisation_id,
        Dispatch.state.in_(PROBLEMS),
        Dispatch.changed_at >= Report.covered_until,
        Dispatch.changed_at < now - SETTLED,
        Dispatch.is_test.is_(False),
    )
    rows = (
        select(Report, Organisation)
        .join(Organisation, Organisation.id == Report.organisation_id)
        .where(
            Report.next_at <= now,
            or_(
                Report.interval != Interval.AT_ONCE,
                Report.covered_until.is_(None),
                Report.covered_until < now - QUIET_STEP,
                news,
            ),
        )
        .order_by(Report.next_at, Report.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session().execute(rows)]


def person_by_id(person_id: str) -> Person:
    """Return a member; it must exist."""
    return session().get_one(Person, person_id)


def is_under_way(report_id: str) -> bool:
    """Say whether a run that somebody asked for is still being made."""
    rows = select(ReportRun.id).where(
        ReportRun.report_id == report_id,
        ReportRun.is_asked,
        ReportRun.state == RunState.WAITING,
    )
    return session().scalar(rows.limit(1)) is not None
