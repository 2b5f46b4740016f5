"""Making a reminder: look once more, write it outside of any transaction, keep it as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from app.core import clock, ids, journal, runtime
from app.core.db import insert, session
from app.core.languages import choose
from app.documents import queries as documents
from app.documents.actions import keeping
from app.documents.actions.keeping import Arrival
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice
from app.dunning import queries
from app.dunning.actions import ordering
from app.dunning.formats.letter import Client, Debt, House, Letter
from app.dunning.models import (
    Reminder,
    ReminderNumber,
    ReminderRun,
    ReminderSettings,
    ReminderStep,
)
from app.dunning.queries import Standing
from app.dunning.rules import Obstacle, State
from app.dunning.rules.course import stopped_by
from app.dunning.rules.levels import Level
from app.intake.actions import taking
from app.intake.actions.taking import Examined, Waiting
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.renditions.formats import apart
from app.renditions.formats.wanted import ImpossibleError, Wish
from app.renditions.rules import Form

SOON = timedelta(seconds=1)
BY = journal.Actor("job", ordering.MAKE, "Kontor")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a reminder is to say, read in one transaction; `owed`: document → minor units."""

    reminder_id: str
    organisation_id: str
    wish: Wish
    owed: dict[str, int]
    interests: dict[str, int]
    """Lineage → minor units."""


def plan(reminder_id: str) -> Plan | None:
    """Return what is to be made; None where nothing is, any more. Gives the reminder its number."""
    reminder = queries.reminder_by_id(reminder_id)
    if reminder is None or reminder.state is not State.ORDERED:
        return None
    house = organisations.organisation_by_id(reminder.organisation_id)
    of = queries.settings_of(house.id)
    left = _left(reminder, of)
    if of is None or not left:
        _settle(reminder, State.STOPPED)
        return None
    letter = _letter(reminder, house, of, left)
    return Plan(
        reminder_id=reminder.id,
        organisation_id=house.id,
        wish=letter.wish(house, Form.UBL),
        owed={one.document.id: one.document.open_minor or 0 for one in left},
        interests={
            one.document.lineage_id: owed for one, owed in zip(left, letter.interests, strict=True)
        },
    )


def _left(reminder: Reminder, of: ReminderSettings | None) -> list[Standing]:
    """Return what a reminder is still about; what was settled meanwhile goes back where it stood."""
    left = []
    for step, one, because in _looked_at(reminder, of):
        if one is not None and because is None:
            left.append(one)
        else:
            ordering.give_back(step, because, BY)
    return left


def _looked_at(
    reminder: Reminder, of: ReminderSettings | None
) -> list[tuple[ReminderStep, Standing | None, Obstacle | None]]:
    """Return each step of a reminder with its invoice and what stops it, by document."""
    steps = queries.steps_of(reminder.id)
    found = queries.of_lineages([step.lineage_id for step in steps])
    standing = {one.document.lineage_id: one for one in found}
    looked: list[tuple[ReminderStep, Standing | None, Obstacle | None]] = []
    for step in steps:
        one = standing.get(step.lineage_id)
        if one is None:
            because: Obstacle | None = Obstacle.NOT_PUBLISHED
        elif of is None or one.document.reminded_level > step.level:
            because = Obstacle.SPARED
        else:
            because = stopped_by(one.facts, reminder.day, by_default=of.by_default)
        looked.append((step, one, because))
    return looked


def _letter(
    reminder: Reminder, house: Organisation, of: ReminderSettings, left: Sequence[Standing]
) -> Letter:
    customer = left[0].customer
    language = choose(customer.language, house.language)
    level = next(
        (one for one in of.steps if one.number == reminder.level), Level(reminder.level, 0)
    )
    return Letter(
        number=_number(reminder, of),
        day=reminder.day,
        level=level,
        count=of.day_count,
        currency=reminder.currency,
        fee_currency=house.currency,
        body=queries.text_of(house.id, reminder.level, language),
        house=House.of(house),
        client=Client(customer.number, customer.name, language, customer.country),
        debts=tuple(Debt(_said(one.document), one.document.open_minor or 0) for one in left),
    )


def _said(document: Document) -> EInvoice:
    said = documents.einvoice_of(documents.content_of(document))
    assert said is not None, "nothing is published that says nothing"
    return said


def _number(reminder: Reminder, of: ReminderSettings) -> str:
    """Return the reminder's number, given once: the next of its year, `M-2026-0001`."""
    if reminder.number is None:
        year = reminder.day.year
        row = insert(ReminderNumber).values(
            organisation_id=reminder.organisation_id, year=year, last=1
        )
        counted = row.on_conflict_do_update(
            index_elements=["organisation_id", "year"], set_={"last": ReminderNumber.last + 1}
        ).returning(ReminderNumber.last)
        reminder.number = f"{of.prefix}{year}-{session().scalar(counted):04d}"
    return reminder.number


def make(asked: Plan) -> Examined | None:
    """Write a reminder, store and examine it like any other; slow, and outside of any transaction.

    None where it cannot be written, whoever tries.
    """
    engine = RuleEngine(runtime.current().settings.runtime_dir)
    try:
        content = apart.made(asked.wish, engine)
    except ImpossibleError:
        return None
    stored = keeping.store(asked.organisation_id, f"{asked.wish.einvoice.number}.xml", content)
    return taking.examined(Waiting(ids.new(), asked.organisation_id, stored.name, stored.sha256))


def keep(asked: Plan, found: Examined | None) -> bool | timedelta:
    """Keep a reminder as a document, once; something to try again after, where debts have changed."""
    _hold(asked.owed)
    reminder = queries.reminder_by_id(asked.reminder_id)
    if reminder is None or reminder.state is not State.ORDERED:
        return False
    if found is None:
        fail(reminder.id)
        return False
    looked = _looked_at(reminder, queries.settings_of(reminder.organisation_id))
    owed = {
        one.document.id: one.document.open_minor
        for _step, one, because in looked
        if one is not None and because is None
    }
    if owed != asked.owed or len(looked) != len(owed):
        return SOON
    _keep(reminder, asked, found, [one.document for _step, one, _because in looked if one])
    return False


def _hold(owed: dict[str, int]) -> None:
    """Let nobody pay or take back the invoices until this transaction ends."""
    rows = select(Document.id).where(Document.id.in_(owed)).order_by(Document.id)
    session().execute(rows.with_for_update())


def _keep(reminder: Reminder, asked: Plan, found: Examined, invoices: Sequence[Document]) -> None:
    one = found.waiting
    arrival = Arrival(one.organisation_id, one.name, one.sha256, creates_customers=False)
    document = keeping.keep(arrival, found.examination, found.files, reminder.by)
    _settle(reminder, State.MADE, document.id)
    for invoice in invoices:
        session().execute(
            update(ReminderStep)
            .where(
                ReminderStep.lineage_id == invoice.lineage_id,
                ReminderStep.reminder_id == reminder.id,
            )
            .values(
                document_id=document.id,
                open_minor=asked.owed[invoice.id],
                interest_minor=asked.interests[invoice.lineage_id],
            )
            .execution_options(synchronize_session="fetch")
        )
        journal.record(
            "reminder.made",
            reminder.by,
            organisation_id=invoice.organisation_id,
            about=("document", invoice.id),
            version=invoice.version,
            level=reminder.level,
            number=reminder.number,
        )


def fail(reminder_id: str) -> None:
    """Say that a reminder could not be made: a person has to look at its invoices."""
    reminder = queries.reminder_by_id(reminder_id)
    if reminder is not None and reminder.state is State.ORDERED:
        _settle(reminder, State.FAILED)


def _settle(reminder: Reminder, state: State, document_id: str | None = None) -> None:
    """Move a reminder to its end, and count it in its run."""
    reminder.state, reminder.settled_at = state, clock.now()
    reminder.document_id = document_id
    session().flush()
    if reminder.run_id is not None:
        session().execute(
            update(ReminderRun)
            .where(ReminderRun.id == reminder.run_id)
            .values(settled=ReminderRun.settled + 1)
            .execution_options(synchronize_session="fetch")
        )
