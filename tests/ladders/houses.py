"""A house with a ladder, a document on it, and the days that go by."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update

from app.access.principal import Principal
from app.core import clock, sealing
from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.delivery.models import ChannelSettings, Dispatch
from app.delivery.rules import State
from app.documents.rules.kinds import Kind
from app.identity.models import CapabilityLink, Person
from app.ladders.actions import climbing, deciding, looking
from app.ladders.models import Climb, ClimbStep
from app.ladders.rules import Condition, Counting, Deed, Group
from app.ladders.rules.steps import Step
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel, MemberRole
from app.sms.models import SmsSettings
from app.sms.rules.life import Authentication, Gateway
from jobs import runner
from jobs.reactions import REACTIONS
from tests import cast, factories

PUBLISHED = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""
STEPS = (
    Step(5, Deed.REMIND),
    Step(5, Deed.TEXT, Counting.BUSINESS),
    Step(10, Deed.PRINT),
)
RETURNED = Step(1, Deed.PRINT, condition=Condition.UNDELIVERABLE)


@dataclass
class House:
    """A house with one customer; `who` decides there."""

    organisation: Organisation
    keller: Customer
    anna: Person

    @property
    def who(self) -> Principal:
        return cast.administrator(self.anna)


def house(here: Runtime, *, steps: tuple[Step, ...] = STEPS, is_on: bool = True) -> House:
    """Found a house with a ladder for invoices of private customers, with a gateway and a printer."""
    with clock.standing_at(PUBLISHED), here.database.transaction():
        found = cast.found("lindenhof", "Haus Lindenhof")
        anna = cast.member(found, "Anna Amsler", MemberRole.ADMINISTRATOR)
        keller = cast.customer(found, "K-1", "Ruth Keller", "ruth@kunden.example")
        keller.mobile = "+41791234567"
        session().flush()
        one = House(found, keller, anna)
        ladder(one, *steps, is_on=is_on)
        _connect(found)
        return one


def ladder(one: House, *steps: Step, is_on: bool = True, group: Group = Group.PRIVATE) -> None:
    """Add a ladder for invoices, in the transaction that is open."""
    made = deciding.add(one.organisation, one.who, Kind.INVOICE.value, group, steps)
    deciding.change(made, one.who, is_on=is_on, steps=steps)
    session().flush()


def _connect(found: Organisation) -> None:
    session().add(
        ChannelSettings(
            organisation_id=found.id,
            channel=Channel.PRINT,
            is_on=True,
            values={"fingerprints": "SHA256:" + "a" * 43},
            cost_minor=115,
            changed_at=clock.now(),
        )
    )
    session().add(
        SmsSettings(
            organisation_id=found.id,
            is_on=True,
            gateway=Gateway.TWILIO,
            authentication=Authentication.BEARER,
            sender="Lindenhof",
            account="AC" + "0" * 32,
            sealed_secret=sealing.seal("token"),
            countries=[],
            price_minor=7,
        )
    )


def published(here: Runtime, one: House, number: str = "A-1", *, is_out: bool = True) -> str:
    """Publish an invoice that begins on the ladder; return the id of its climb."""
    with clock.standing_at(PUBLISHED), here.database.transaction() as opened:
        found = factories.invoice_for(one.keller, number)
        delivered(found.id)
        if is_out:
            move(found.id, state=State.SUBMITTED, handed_at=PUBLISHED)
        return opened.scalars(select(Climb.id).where(Climb.document_id == found.id)).one()


def delivered(document_id: str) -> None:
    """Make what follows from publishing, in the order of the table of reactions."""
    for reaction in REACTIONS["document.published"][:2]:
        reaction(document_id)


def move(document_id: str, **values: Any) -> None:
    """Let the mail server or a reader do something to what was sent."""
    rows = update(Dispatch).where(Dispatch.document_id == document_id)
    session().execute(rows.values(**values).execution_options(synchronize_session="fetch"))


def at(day: date, hour: int = 9) -> datetime:
    """Return a moment of a day at which Zurich has the same day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def day_of(here: Runtime, day: date, hour: int = 9) -> None:
    """Let the timetable look on a day, and take what is due."""
    with clock.standing_at(at(day, hour)):
        with here.database.transaction():
            looking.look()
        for _round in range(20):
            with here.database.reading() as opened:
                due = Promise.task.in_((looking.STEP, looking.LOOK)), Promise.due_at <= clock.now()
                found = opened.scalars(select(Promise.id).where(*due)).all()
            if not found:
                return
            for promise_id in found:
                runner.run(here, promise_id)
    raise AssertionError("there is no end of work")


def steps(here: Runtime, climb_id: str) -> list[tuple[str, str]]:
    """Return which steps were taken, in their order, with what stood in the way."""
    with here.database.reading() as opened:
        rows = select(ClimbStep).where(ClimbStep.climb_id == climb_id)
        found = opened.scalars(rows.order_by(ClimbStep.position))
        return [(one.deed.value, one.hindrance) for one in found]


def climb(here: Runtime, climb_id: str) -> Climb:
    """Return a climb as it stands."""
    with here.database.reading() as opened:
        return opened.get_one(Climb, climb_id)


def take(here: Runtime, one: House, climb_id: str, position: int) -> None:
    """Let Anna take a step now."""
    with here.database.transaction() as opened:
        climbing.take_now(opened.get_one(Climb, climb_id), position, one.who)


def link_for(found: Climb, other: Recipient, link_id: str) -> CapabilityLink:
    """Return a link of another recipient to the same document, to be added."""
    return CapabilityLink(
        id=link_id,
        token_hash=link_id,
        organisation_id=found.organisation_id,
        customer_id=found.customer_id,
        document_id=found.document_id,
        email=other.email or "",
        name=other.name,
        language="en",
        created_at=PUBLISHED,
        expires_at=at(date(2027, 1, 1)),
    )
