"""A house that sends: people who read reports, and dispatches in any number and state."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids, outbox
from app.core.runtime import Runtime
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.documents.models import Document
from app.identity.models import Person
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel, MemberRole, RecipientRole
from app.reports.actions import keeping, running
from app.reports.actions.keeping import Wish
from app.reports.models import Report
from app.reports.rules.timing import Interval, Period, When
from jobs import runner
from tests import cast, factories

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""A Wednesday, noon in UTC and 13:00 in Zürich."""
DAILY = When(Interval.DAILY, 7 * 60)


@dataclass
class Stage:
    """One house, with somebody who runs it and somebody who works there."""

    house: Organisation
    anna: Person
    ben: Person
    customer: Customer
    invoice: Document

    @property
    def who(self) -> Principal:
        """Ben, who works there."""
        return Principal(Role.STAFF, self.ben.id, self.ben.name, self.house.id)

    def dispatches(
        self,
        session: Session,
        count: int,
        state: State,
        made: datetime = NOW,
        *,
        channel: Channel = Channel.EMAIL,
        changed: datetime | None = None,
        **values: object,
    ) -> list[str]:
        """Let `count` dispatches stand in a state, made at a moment; return their ids."""
        made_ids = []
        for _ in range(count):
            recipient = Recipient(
                id=ids.new(),
                organisation_id=self.house.id,
                customer_id=self.customer.id,
                role=RecipientRole.PERSON,
                name="=Ruth Keller",
                channel=channel,
                email="ruth@kunden.example",
                kinds=[],
            )
            plain: dict[str, object] = {
                "organisation_id": self.house.id,
                "document_id": self.invoice.id,
                "customer_id": self.customer.id,
                "recipient_id": recipient.id,
                "channel": channel,
                "address": "ruth@kunden.example",
                "name": recipient.name,
                "language": "de",
                "number": self.invoice.number,
                "number_sort": self.invoice.number_sort,
                "state": state,
                "created_at": made,
                "queued_at": made,
                "changed_at": changed or made,
            }
            dispatch = Dispatch(id=ids.new(), **(plain | values))
            session.add_all([recipient, dispatch])
            made_ids.append(dispatch.id)
        session.flush()
        return made_ids

    def wish(self, when: When = DAILY, **values: object) -> Wish:
        """Return choices of a report to Ben, with some of them changed."""
        plain: dict[str, object] = {
            "name": "Zustellung",
            "when": when,
            "channels": (),
            "groups": (),
            "only_problems": False,
            "has_pdf": False,
            "has_csv": False,
            "recipients": (self.ben.id,),
        }
        return Wish(**(plain | values))  # type: ignore[arg-type]

    def report(self, when: When = DAILY, **values: object) -> Report:
        """Configure a report."""
        return keeping.create(self.who, self.house, self.wish(when, **values))


def report_to(person: Person, house: Organisation) -> Report:
    """Configure a report of somebody who works in a house, to themselves, and let it run once."""
    who = Principal(Role.STAFF, person.id, person.name, house.id)
    wish = Wish("Zustellung", DAILY, (), (), False, False, False, (person.id,))
    report = keeping.create(who, house, wish)
    now = clock.now()
    running.start(report, now, Period(now - timedelta(days=1), now))
    return report


def staged(session: Session, slug: str = "lindenhof") -> Stage:
    """Found a house with its people and one invoice that was published."""
    house = cast.found(slug, "Haus Lindenhof")
    anna = cast.member(house, "Anna Amsler", MemberRole.ADMINISTRATOR)
    ben = cast.member(house, "Ben Brunner", MemberRole.STAFF)
    ben.language = "de"
    customer = cast.customer(house, "K-1", "Ruth Keller", None)
    session.flush()
    return Stage(house, anna, ben, customer, factories.invoice_for(customer, "2026-0412"))


def work(here: Runtime, moment: datetime | None = None) -> None:
    """Do all that is promised for reports, and what follows from it."""
    with clock.standing_at(moment or clock.now()):
        for _round in range(4):
            with here.database.transaction() as opened:
                ours = outbox.Promise.task.startswith("reports.")
                due = update(outbox.Promise).where(ours, ~outbox.Promise.dead)
                opened.execute(due.values(due_at=clock.now() - timedelta(seconds=1)))
                waiting = list(opened.query(outbox.Promise.id).filter(ours, ~outbox.Promise.dead))
            for (promise_id,) in waiting:
                runner.run(here, promise_id)
