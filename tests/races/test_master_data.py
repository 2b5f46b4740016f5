"""Twenty at once: a change is decided once, a field waits once, a change goes to the books once."""

import pytest
from sqlalchemy import func, select

from app.access.principal import Principal
from app.core.db import session
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.master_data import queries
from app.master_data.actions import books, changing
from app.master_data.models import DataBatch, DataChange
from app.master_data.rules import Difference, State
from app.organisations import queries as customers
from app.organisations.models import Customer
from app.organisations.rules import MemberRole
from app.organisations.rules.own_data import Field
from tests import cast
from tests.races.together import THREADS, Meeting, together

IBAN = "CH9300762011623852957"


@pytest.fixture
def people(here: Runtime) -> tuple[str, Principal, Principal]:
    """A customer, one of its people, and somebody of the house."""
    with here.database.transaction() as opened:
        house = cast.found("races", "House of Races")
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        ruth = cast.contact(customer, "Ruth Keller")
        ben = cast.member(house, "Ben Brunner", MemberRole.STAFF)
        opened.flush()
        return customer.id, cast.person_of(customer, ruth), cast.staff(ben)


def load(customer_id: str) -> Customer:
    found = customers.customer_by_id(customer_id)
    assert found is not None
    return found


def counted(name: str) -> int:
    return session().scalar(select(func.count()).where(Entry.name == name)) or 0


def test_a_change_is_decided_by_one_of_twenty(
    here: Runtime, people: tuple[str, Principal, Principal]
) -> None:
    customer_id, ruth, ben = people
    with here.database.transaction():
        changing.propose(load(customer_id), ruth, [Difference(Field.IBAN, "", IBAN)])
        change_id = session().scalars(select(DataChange.id)).one()
    meeting = Meeting(here, THREADS)

    def decide(number: int) -> str:
        found = queries.one(ben, change_id)
        assert found is not None
        meeting.wait()
        if number % 2:
            changing.accept(found, ben)
            return "accepted"
        changing.refuse(found, ben, "No.")
        return "refused"

    (outcome,) = together(here, THREADS, decide)
    with here.database.reading():
        change = session().get_one(DataChange, change_id)
        assert change.state is State(outcome)
        assert load(customer_id).iban == (IBAN if outcome == "accepted" else "")
        assert counted("customer.change_accepted") + counted("customer.change_refused") == 1


def test_a_field_is_proposed_by_one_of_twenty(
    here: Runtime, people: tuple[str, Principal, Principal]
) -> None:
    customer_id, ruth, _ben = people
    wanted = [Difference(Field.IBAN, "", IBAN)]
    done = together(here, THREADS, lambda _: changing.propose(load(customer_id), ruth, wanted))
    assert len(done) == 1
    with here.database.reading():
        assert len(session().scalars(select(DataChange)).all()) == 1


def test_a_value_that_twenty_saw_is_changed_by_one(
    here: Runtime, people: tuple[str, Principal, Principal]
) -> None:
    customer_id, ruth, _ben = people
    meeting = Meeting(here, THREADS)

    def change(number: int) -> str:
        customer = load(customer_id)
        meeting.wait()
        city = f"Town {number}"
        changing.propose(customer, ruth, [Difference(Field.CITY, "Zürich", city)])
        return city

    (city,) = together(here, THREADS, change)
    with here.database.reading():
        assert load(customer_id).city == city


def test_a_change_is_in_one_batch_of_twenty(
    here: Runtime, people: tuple[str, Principal, Principal]
) -> None:
    customer_id, ruth, ben = people
    with here.database.transaction():
        changing.propose(
            load(customer_id),
            ruth,
            [Difference(Field.CITY, "Zürich", "Bern"), Difference(Field.PHONE, "", "+41446681800")],
        )
    taken = together(here, THREADS, lambda _: books.take(ben).total)
    assert taken == [2]
    with here.database.reading():
        (batch,) = session().scalars(select(DataBatch))
        assert {one.batch_id for one in session().scalars(select(DataChange))} == {batch.id}
