"""Fills an installation with the demonstration, through the real intake and the real mail.

It owns its transactions, as a command does. What is there already is left alone, so that it may run
any number of times, and go on where it was interrupted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from app.core import clock, ids, outbox, runtime
from app.core.outbox import Task
from app.core.runtime import Runtime
from app.delivery import actions as delivery
from app.delivery.channels import register
from app.delivery.channels.adapter import Parcel
from app.demo import (
    across_borders,
    actions,
    electronic_bills,
    guests,
    insured,
    invoices,
    laddering,
    looks,
    paper_letters,
    reminding,
    reporting,
    secure_access,
    sign_in,
    talks,
    texting,
)
from app.demo.cast import Form, House, Sample
from app.demo.catcher import Catcher, by_local_part
from app.demo.houses import HOUSES
from app.documents.actions import keeping
from app.documents.models import Document
from app.documents.rules.life import State
from app.intake import queries as intakes
from app.intake.actions import course, taking
from app.organisations import queries as organisations
from app.previews import actions as previews
from app.renditions.actions import making

OFFICE_OPENS: Final = time(8, 0)
UNREAD_FOR: Final = 4
"""Documents younger than so many days have not been opened yet."""
CORRECTED_AFTER: Final = 4
"""Days between a document and its second version."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file on its way in: a version of a sample, and the moment that it arrives."""

    house: House
    sample: Sample
    version: int
    moment: datetime
    age: int

    @property
    def seed(self) -> str:
        """What its ids follow from."""
        return f"{self.house.slug}/{self.sample.number}/{self.version}"

    @property
    def intake_id(self) -> str:
        """The id of the intake that it comes with."""
        with actions.fixed(f"{self.seed}/intake", self.age):
            return ids.new()

    @property
    def document_id(self) -> str:
        """The id of the document that it becomes: the first that is made when it is kept."""
        with actions.fixed(f"{self.seed}/document", self.age):
            return ids.new()


def seed(here: Runtime, tell: Callable[[str], None]) -> None:
    """Seed every house; `tell` gets a line for each thing that was made."""
    folder = here.settings.mail_caught_in or here.settings.data_dir / "mails"
    with _catching(here, folder) as mailing:
        for house in HOUSES:
            _house(mailing, house, tell)
        register.hang_up()


@contextmanager
def _catching(here: Runtime, folder: Path) -> Iterator[Runtime]:
    """Work with a mail catcher of our own for as long as the past is told."""
    with Catcher(folder, choice=by_local_part) as catcher:
        settings = replace(here.settings, mail_url=catcher.url)
        with runtime.using(replace(here, settings=settings)) as mailing:
            yield mailing


def arrivals(house: House) -> Iterator[Arrival]:
    """Return every file that a house takes in, in the order of time."""
    today = clock.today(house.timezone)
    found = []
    for sample in house.samples:
        issued = invoices.issued_on(sample, today)
        morning = datetime.combine(issued, OFFICE_OPENS, ZoneInfo(house.timezone))
        found.append(Arrival(house, sample, 1, morning, sample.age))
        if sample.corrected:
            later = morning + timedelta(days=CORRECTED_AFTER, hours=2)
            second = invoices.corrected(sample)
            found.append(Arrival(house, second, 2, later, sample.age - CORRECTED_AFTER))
    return iter(sorted(found, key=lambda one: one.moment))


def _house(here: Runtime, house: House, tell: Callable[[str], None]) -> None:
    with here.database.transaction():
        organisation = organisations.organisation_by_slug(house.slug)
        if organisation is None:
            organisation = actions.found(house, here.settings.base_url)
            with actions.fixed(f"{house.slug}/access", 470):
                secure_access.ask_for_proofs(organisation)
            with actions.fixed(f"{house.slug}/guests", 469):
                guests.welcome(organisation)
            tell(f"{house.name}: founded, with {len(house.customers)} customers.")
        actions.move(organisation, here.settings.base_url)
        actions.take_payments(organisation)
        with actions.fixed(f"{house.slug}/reminders", 460):
            reminding.propose(organisation)
        with actions.fixed(f"{house.slug}/ladder", 459):
            laddering.propose(organisation)
        texting.connect(organisation)
        sign_in.use_provider(organisation)
        electronic_bills.connect(organisation)
        across_borders.connect(organisation)
        paper_letters.connect(organisation)
        insured.connect(organisation)
    looks.dress(here, organisation.id, house.slug)
    made = sum(_take_in(here, organisation.id, arrival) for arrival in arrivals(house))
    with here.database.transaction(), actions.fixed(f"{house.slug}/ebill", 3):
        electronic_bills.send(organisation)
        across_borders.send(organisation)
        insured.send(organisation)
    with here.database.transaction(), actions.fixed(f"{house.slug}/climb", 2):
        laddering.climb(organisation)
    with here.database.transaction(), actions.fixed(f"{house.slug}/letters", 2):
        paper_letters.send(organisation)
    tell(f"{house.name}: {made} documents taken in.")
    reporting.report(here, organisation.id, house.slug)


def _take_in(here: Runtime, organisation_id: str, arrival: Arrival) -> bool:
    """Take in one file, publish and send it as it would have been then; False if it is there."""
    with here.database.reading():
        if actions.is_taken_in(arrival.intake_id):
            return False
    today = clock.today(arrival.house.timezone)
    name, content = invoices.written(arrival.house, arrival.sample, today)
    stored = keeping.store(organisation_id, name, content)
    with here.database.transaction():
        with actions.fixed(f"{arrival.seed}/intake", arrival.age, arrival.moment):
            started = taking.start(organisation_id, actions.BY, [stored], creates_customers=False)
        (item_id,) = intakes.waiting_items(started.id)
        task = outbox.claim_by_key(course.promise_key(item_id), actions.LEASE)
        waiting = taking.waiting(item_id)
    if task is None or waiting is None:
        return False
    _keep(here, arrival, task, taking.examined(waiting))
    return True


def _keep(here: Runtime, arrival: Arrival, task: Task, examined: taking.Examined) -> None:
    letters: list[Task] = []
    with here.database.transaction():
        with actions.fixed(f"{arrival.seed}/document", arrival.age, arrival.moment):
            document = taking.keep(examined, actions.BY)
            if document is not None:
                previews.wish_for_document(document.id)
                _describe(arrival, document)
        outbox.finish(task)
        if document is not None and document.state is State.PUBLISHED:
            with actions.fixed(f"{arrival.seed}/dispatch", arrival.age):
                letters = actions.dispatch(document, arrival.moment)
    if document is not None and document.state is State.PUBLISHED:
        _render(here, arrival, document)
    for place, letter in enumerate(letters):
        _send(here, arrival, place, letter)
    if document is not None and arrival.age >= UNREAD_FOR:
        _open(here, arrival, document)
        with here.database.transaction():
            talks.talk(document, arrival.moment, arrival.age)
    if document is not None and arrival.sample.accepted_by:
        _accept(here, arrival, document)


def _describe(arrival: Arrival, document: Document) -> None:
    """Enter what a person would read off a PDF without data."""
    house, sample = arrival.house, arrival.sample
    if sample.form is Form.PDF:
        said = invoices.described(house, sample, clock.today(house.timezone))
        actions.describe(document, said, sample.customer)


def _render(here: Runtime, arrival: Arrival, document: Document) -> None:
    """Make the PDF that a worker would have made at that moment."""
    with (
        here.database.transaction(),
        actions.fixed(f"{arrival.seed}/rendition", arrival.age, arrival.moment),
    ):
        claimed = actions.claim_sheet(document)
    for task in claimed:
        asked = task.arguments["rendition"]
        with here.database.reading():
            found = making.order(asked)
        assert found is not None
        result = making.make(found)
        with (
            here.database.transaction(),
            actions.fixed(f"{arrival.seed}/made", arrival.age, arrival.moment),
        ):
            making.keep(found, result)
            outbox.finish(task)


def _send(here: Runtime, arrival: Arrival, place: int, letter: Task) -> None:
    """Send one letter by real SMTP, with the clock in the past."""
    with (
        here.database.transaction(),
        actions.fixed(f"{arrival.seed}/letter/{place}", arrival.age, arrival.moment),
    ):
        sending = delivery.begin(letter.arguments["dispatch"])
    assert isinstance(sending, Parcel)
    result = delivery.hand_over(sending)
    with (
        here.database.transaction(),
        actions.fixed(f"{arrival.seed}/answer/{place}", arrival.age, arrival.moment),
    ):
        again = delivery.finish(sending, result)
    with here.database.transaction():
        if again:
            outbox.put_back(letter, outbox.pause_before(1, here.settings.retry_seconds))
        else:
            outbox.finish(letter)


def _open(here: Runtime, arrival: Arrival, document: Document) -> None:
    evening = arrival.moment + timedelta(hours=11)
    with (
        here.database.transaction(),
        actions.fixed(f"{arrival.seed}/reading", arrival.age, evening),
    ):
        actions.read(document)


def _accept(here: Runtime, arrival: Arrival, document: Document) -> None:
    """Let a contact accept a quote; its mails and its stamp are made when somebody works."""
    later = arrival.moment + timedelta(days=2, hours=2)
    with (
        here.database.transaction(),
        actions.fixed(f"{arrival.seed}/acceptance", arrival.age, later),
    ):
        actions.accept(document, arrival.sample.accepted_by)
