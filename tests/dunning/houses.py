"""A house that reminds, its customers and overdue invoices; and the work that follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids
from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.dunning.actions import deciding, running
from app.dunning.models import Reminder, ReminderStep
from app.dunning.rules import Collecting, Mode
from app.dunning.rules.interest import DayCount
from app.dunning.rules.levels import Level
from app.identity.models import Person
from app.organisations.models import Customer, Organisation
from app.organisations.rules import MemberRole
from app.payments.actions import noting as payments
from jobs import runner
from tests import cast, factories

DUE = date(2026, 3, 2)
LEVELS = (
    Level(1, 10),
    Level(2, 14, 2000, Decimal(5), 7),
    Level(3, 14, 4000, Decimal(5), 5),
)
TASKS = ("reactions.react", "dunning.start", "dunning.run", "dunning.make")
"""Work that is done here; making PDFs and sending mails is tested elsewhere."""


@dataclass
class House:
    """A house with one customer; `who` decides there."""

    organisation: Organisation
    keller: Customer
    anna: Person

    @property
    def who(self) -> Principal:
        return cast.administrator(self.anna)


def house(here: Runtime, *, publishes_at_once: bool = True, **settings: Any) -> House:
    """Found a house that makes reminders by itself, on the first of March 2026."""
    with clock.standing_at(at(date(2026, 3, 1))), here.database.transaction():
        found = cast.found("lindenhof", "Haus Lindenhof", publishes_at_once=publishes_at_once)
        anna = cast.member(found, "Anna Amsler", MemberRole.ADMINISTRATOR)
        keller = cast.customer(found, "K-1", "Ruth Keller", None)
        session().flush()
        one = House(found, keller, anna)
        decide(one, **settings)
        return one


def decide(one: House, *, is_on: bool = True, **settings: Any) -> None:
    """Say how the house reminds, in the transaction that is open."""
    usual = {
        "mode": Mode.MAKE,
        "collecting": Collecting.CUSTOMER,
        "by_default": True,
        "hour": 7,
        "prefix": "M-",
        "day_count": DayCount.ACTUAL_365,
        "levels": [level.to_json() for level in LEVELS],
    }
    deciding.change(one.organisation, one.who, is_on=is_on, **(usual | settings))
    session().flush()


def invoice(here: Runtime, one: House, number: str, due: date = DUE, **details: Any) -> str:
    """Publish an invoice a month before it is due; return its id."""
    issued = due - timedelta(days=30)
    with clock.standing_at(at(issued)), here.database.transaction():
        customer = details.pop("customer", one.keller)
        found = factories.invoice_for(customer, number, issued=issued, due=due, **details)
        return found.id


def at(day: date, hour: int = 9) -> datetime:
    """Return a moment of a day at which Zurich has the same day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def day_of(here: Runtime, day: date, hour: int = 9) -> None:
    """Let a day go by: the timetable begins what is due, and all the work is done."""
    with clock.standing_at(at(day, hour)):
        with here.database.transaction():
            running.start_due()
        work(here)


def work(here: Runtime, tasks: Sequence[str] = TASKS) -> None:
    """Do all work of some kinds that is due, and what follows from it."""
    for _round in range(50):
        with here.database.reading() as opened:
            due = Promise.due_at <= clock.now()
            rows = select(Promise.id).where(Promise.task.in_(tasks), due, Promise.dead.is_(False))
            found = opened.scalars(rows.order_by(Promise.id)).all()
        if not found:
            return
        for promise_id in found:
            runner.run(here, promise_id)
    raise AssertionError("there is no end of work")


def pay(here: Runtime, document_id: str, minor: int | None = None) -> None:
    """Let money come for an invoice, all of it if nothing else is said."""
    with here.database.transaction():
        found = document(document_id)
        whole = (found.open_minor or 0) if minor is None else minor
        staff = Principal(Role.STAFF, "staff", "Ben", found.organisation_id)
        payments.note_payment(found, whole, DUE, "", staff, ids.new())


def document(document_id: str) -> Document:
    """Return a document in the transaction that is open."""
    found = documents.by_id(document_id)
    assert found is not None
    return found


def reminders(here: Runtime) -> list[tuple[Document, EInvoice]]:
    """Return the documents that are reminders, with what they say, in the order of their numbers."""
    with here.database.reading() as opened:
        rows = select(Document).where(Document.kind == Kind.REMINDER).order_by(Document.number)
        found = list(opened.scalars(rows))
        said = [documents.einvoice_of(documents.content_of(one)) for one in found]
    return [(one, what) for one, what in zip(found, said, strict=True) if what is not None]


def steps(here: Runtime) -> list[tuple[str, int]]:
    """Return which invoice has reached which levels: its number, the level."""
    with here.database.reading() as opened:
        rows = (
            select(Document.number, ReminderStep.level)
            .join(Document, Document.id == ReminderStep.lineage_id)
            .order_by(Document.number, ReminderStep.level)
        )
        return [(row[0], row[1]) for row in opened.execute(rows)]


def ordered(here: Runtime) -> list[Reminder]:
    """Return all reminders that were decided on."""
    with here.database.reading() as opened:
        return list(opened.scalars(select(Reminder).order_by(Reminder.id)))
