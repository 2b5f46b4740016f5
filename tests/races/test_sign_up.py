"""Twenty at once: a request is confirmed once, decided on once, and makes one login."""

import pytest
from sqlalchemy import func, select

from app.core import journal
from app.core.db import session
from app.core.errors import Missing
from app.core.runtime import Runtime
from app.identity.models import Person
from app.notices.models import Notice
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.rules import MemberRole
from app.organisations.rules.granting import EVERYTHING
from app.sign_up import actions, proofs, queries
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State
from tests import cast
from tests.factories import BY
from tests.races.together import THREADS, Meeting, together
from tests.sign_up import guests
from tests.sign_up.guests import GUEST


@pytest.fixture
def customer(here: Runtime) -> Customer:
    with here.database.transaction():
        house = cast.found("races", "House of Races", guests_welcome=True)
        cast.member(house, "Anna Amsler", MemberRole.ADMINISTRATOR)
        return cast.customer(house, "K-1", "Ruth", "ruth@one.example")


def house_of(here: Runtime, customer: Customer) -> Organisation:
    with here.database.reading():
        return session().get_one(Organisation, customer.organisation_id)


def count(table: type[Contact] | type[Person] | type[Notice], *where: object) -> int:
    rows = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type]
    return session().scalar(rows) or 0


def lines(name: str) -> int:
    rows = select(func.count()).select_from(journal.Entry).where(journal.Entry.name == name)
    return session().scalar(rows) or 0


def test_two_administrators_and_support_let_somebody_in_once(
    here: Runtime, customer: Customer
) -> None:
    request_id = guests.ask(here, house_of(here, customer))
    guests.confirm(here, request_id)
    meeting = Meeting(here, THREADS)

    def decide(number: int) -> str:
        one = guests.load(request_id)
        meeting.wait()
        if number % 3 == 0:
            actions.approve(one, customer, BY, rights=EVERYTHING, ends_on=None)
            return State.APPROVED
        if number % 3 == 1:
            actions.approve_by_support(one, customer, "Sam", "Leave", rights=frozenset())
            return State.APPROVED
        actions.refuse(one, BY, "No", is_told=True)
        return State.REFUSED

    (done,) = together(here, THREADS, decide)
    with here.database.reading():
        assert guests.load(request_id).state == done
        people = int(done == State.APPROVED)
        assert count(Person, Person.email == GUEST) == count(Contact) == people
        assert count(Notice, Notice.address == GUEST) == 1
        approved = lines("access_request.approved") + lines("access_request.approved_by_support")
        assert (approved, lines("access_request.refused")) == (people, 1 - people)


def test_one_address_is_confirmed_once_however_often_it_asked(
    here: Runtime, customer: Customer
) -> None:
    house = house_of(here, customer)
    asked = [guests.ask(here, house) for _time in range(4)]
    meeting = Meeting(here, THREADS)

    def confirm(number: int) -> bool:
        token = proofs.token(asked[number % len(asked)])
        queries.by_token(token)
        meeting.wait()
        try:
            return actions.confirm(token).id == house.id
        except Missing:
            return False

    assert any(together(here, THREADS, confirm))
    with here.database.reading():
        rows = select(AccessRequest.state).where(AccessRequest.state == State.WAITING)
        assert session().scalars(rows).all() == [State.WAITING]
        assert lines("access_request.confirmed") == 1
