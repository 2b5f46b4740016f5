"""Twenty at once: money is counted once, and all of it."""

from datetime import date

from app.access.grants import Role
from app.access.principal import Principal
from app.core import ids
from app.core.db import session
from app.core.money import Money
from app.core.runtime import Runtime
from app.documents.actions import paying, publication
from app.documents.models import Document
from app.organisations.models import Customer, Organisation
from app.payments import queries
from app.payments.actions import connecting, noting, settling, starting
from app.payments.actions.settling import Question
from app.payments.providers.mollie import Known
from app.payments.rules import State
from tests import cast
from tests.factories import BY, invoice_for
from tests.races.together import THREADS, Meeting, together
from tests.released import EVERYTHING

OPEN = 64224


def house_of(here: Runtime) -> tuple[Organisation, Customer, Document]:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        invoice = invoice_for(customer, "R-1")
        connecting.change(house, staff(house), key="test_0123456789", is_on=True, allows_parts=True)
        return house, customer, invoice


def staff(house: Organisation) -> Principal:
    return Principal(role=Role.ADMINISTRATOR, id=ids.new(), name="Anna", organisation_id=house.id)


def ruth(customer: Customer) -> Principal:
    return Principal(
        role=Role.PRIMARY_CONTACT,
        id="01RUTH",
        name="Ruth",
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
        rights=EVERYTHING,
    )


def open_of(here: Runtime, document_id: str) -> tuple[int, int | None]:
    with here.database.reading():
        found = session().get_one(Document, document_id)
        return found.paid_minor, found.open_minor


def test_a_payment_is_received_once(here: Runtime) -> None:
    _house, customer, invoice = house_of(here)
    with here.database.transaction():
        payment = starting.start(ruth(customer), [invoice], None, ids.new())
        payment_id = payment.id
        starting.opened(payment_id, Known("tr_1234", State.OPEN, None, payment_id, "http://x"))
    meeting = Meeting(here, THREADS)
    asked = Question(payment_id, "tr_1234", "")
    known = Known("tr_1234", State.PAID, Money(OPEN, "CHF"), payment_id, None)

    def settle(_number: int) -> bool:
        queries.by_id(payment_id)
        meeting.wait()
        return settling.settle(asked, known)

    together(here, THREADS, settle)
    assert open_of(here, invoice.id) == (OPEN, 0)


def test_payments_that_come_together_are_all_counted(here: Runtime) -> None:
    house, _customer, invoice = house_of(here)
    meeting = Meeting(here, THREADS)

    def note(number: int) -> None:
        document = session().get_one(Document, invoice.id)
        meeting.wait()
        day = date(2026, 11, 20)
        noting.note_payment(document, 100, day, str(number), staff(house), ids.new())

    together(here, THREADS, note)
    assert open_of(here, invoice.id) == (100 * THREADS, OPEN - 100 * THREADS)


def test_money_that_comes_while_a_new_version_is_published_is_not_lost(here: Runtime) -> None:
    house, customer, invoice = house_of(here)
    with here.database.transaction():
        session().get_one(Organisation, house.id).publishes_at_once = False
    with here.database.transaction():
        second = invoice_for(customer, "R-1").id
    meeting = Meeting(here, 2)

    def work(number: int) -> None:
        document = session().get_one(Document, second if number else invoice.id)
        meeting.wait()
        if number:
            publication.publish(document, BY)
        else:
            paying.count_payment(document.lineage_id, 10000)

    together(here, 2, work)
    assert open_of(here, second) == (10000, OPEN - 10000)
