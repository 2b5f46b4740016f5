"""A report of the demonstration that has come every Monday for some weeks, and its figures."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, languages
from app.core.languages import gettext as _
from app.core.mail import Transport, compose, send
from app.core.runtime import Runtime
from app.demo import actions
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.reports.actions import counting, keeping, letters, running
from app.reports.actions.keeping import Wish
from app.reports.models import Report, ReportRun
from app.reports.queries import figures, reports
from app.reports.rules import timing
from app.reports.rules.timing import Interval, When

MONDAY: Final = When(Interval.WEEKLY, minute=7 * 60)
WEEKS: Final = 3


def report(here: Runtime, house_id: str, slug: str) -> None:
    """Configure a weekly report and let it run for the past weeks, once; and count every day."""
    with here.database.transaction():
        house = organisations.organisation_by_id(house_id)
        is_new = not reports.count_of(house.id)
        made = _made(house, slug) if is_new else None
    for weeks in reversed(range(WEEKS)) if made is not None else ():
        _run(here, made, house, slug, weeks)
    with here.database.transaction():
        planned = counting.plan(house_id)
    counted = counting.count(planned)
    with here.database.transaction():
        counting.keep(planned, counted)


def _made(house: Organisation, slug: str) -> Report:
    people = reports.eligible(house.id)
    administrators = organisations.administrators(house.id)
    owner = administrators[0]
    who = Principal(Role.ADMINISTRATOR, owner.id, owner.name, house.id)
    begun = clock.now() - timedelta(weeks=WEEKS + 1)
    with (
        actions.fixed(f"{slug}/report", 460, begun),
        languages.speaking(house.language, house.country, house.timezone),
    ):
        wish = Wish(
            name=_("Deliveries of the week"),
            when=MONDAY,
            channels=(),
            groups=(),
            only_problems=False,
            has_pdf=True,
            has_csv=True,
            recipients=tuple(person.id for person in people),
        )
        made = keeping.create(who, house, wish)
    made.next_at = timing.next_slot(MONDAY, house.timezone, clock.now())
    return made


def _run(here: Runtime, made: Report | None, house: Organisation, slug: str, weeks: int) -> None:
    """Run one slot of the past, with the clock as it stood then."""
    assert made is not None
    slot = timing.last_slot(MONDAY, house.timezone, clock.now() - timedelta(weeks=weeks))
    with here.database.transaction(), _then(slug, "run", weeks, slot):
        begun = reports.by_id(made.id)
        assert begun is not None
        period = timing.period(MONDAY, house.timezone, slot, begun.covered_until)
        run = running.start(begun, slot, period)
        begun.covered_until = slot
    assert run is not None
    with here.database.reading():
        found = figures.figures(running.scope_of(made), period)
    with here.database.transaction(), _then(slug, "found", weeks, slot):
        planned = running.plan(run.id)
        assert planned is not None
        running.settle(planned, found)
    _send(here, run, slug, weeks, slot)


def _send(here: Runtime, run: ReportRun, slug: str, weeks: int, slot: datetime) -> None:
    """Send its mails by real SMTP, as a worker would have done."""
    with here.database.reading():
        mails = [letter.id for letter, _name in reports.letters([run.id])[run.id]]
    for letter_id in mails:
        with here.database.transaction(), _then(slug, f"begun/{letter_id}", weeks, slot):
            due = letters.begin(letter_id)
        if due is None:
            continue
        letter = letters.written(due)
        with here.database.transaction(), _then(slug, f"marked/{letter_id}", weeks, slot):
            letters.mark(due)
        transport = Transport.from_url(here.settings.mail_url)
        answer = send(transport, letter.envelope_sender, letter.recipient_address, compose(letter))
        with here.database.transaction(), _then(slug, f"sent/{letter_id}", weeks, slot):
            letters.finish(due, answer)


def _then(slug: str, what: str, weeks: int, slot: datetime) -> AbstractContextManager[None]:
    """Let the clock stand where it stood, and ids follow from what is made."""
    return actions.fixed(f"{slug}/report/{what}/{weeks}", 7 * weeks, slot)
