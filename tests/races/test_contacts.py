"""Twenty at once: there is one first contact, an access is ended once, invitations keep their limit."""

import pytest
from sqlalchemy import func, select

from app.access.grants import Role
from app.access.principal import Principal
from app.core import journal
from app.core.db import session
from app.core.runtime import Runtime
from app.identity.models import Person
from app.organisations import actions, queries
from app.organisations.models import Contact, Customer
from app.organisations.rules.granting import INVITATIONS_PER_DAY
from tests import cast
from tests.races.together import THREADS, Meeting, together

PEOPLE = [f"{letter}da Races" for letter in "ABCDEFGH"]


@pytest.fixture
def people(here: Runtime) -> tuple[Customer, list[Person]]:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        found = []
        for name in PEOPLE:
            found.append(cast.contact(customer, name))
            session().flush()
        return customer, found


def staff(customer: Customer) -> Principal:
    return Principal(
        role=Role.STAFF, id="1" * 26, name="Ben", organisation_id=customer.organisation_id
    )


def lines(name: str) -> int:
    rows = select(func.count()).select_from(journal.Entry).where(journal.Entry.name == name)
    return session().scalar(rows) or 0


def test_there_is_exactly_one_first_contact(
    here: Runtime, people: tuple[Customer, list[Person]]
) -> None:
    customer, (_first, *others) = people
    meeting = Meeting(here, len(others))

    def choose(number: int) -> str:
        found = queries.contact_by_id(others[number].id)
        assert found is not None
        meeting.wait()
        actions.make_primary(found, staff(customer))
        return found.person_id

    chosen = together(here, len(others), choose)
    with here.database.reading():
        primary = [person.id for one, person in queries.contacts_of(customer.id) if one.is_primary]
        assert len(primary) == 1
        assert primary[0] in chosen
        assert lines("contact.made_primary") == len(chosen)


def test_an_access_is_ended_once(here: Runtime, people: tuple[Customer, list[Person]]) -> None:
    customer, (_first, other, *_rest) = people
    meeting = Meeting(here, THREADS)

    def end(_number: int) -> bool:
        found = queries.contact_of(staff(customer), customer.id, other.id)
        assert found is not None
        meeting.wait()
        actions.end(found[0], found[1], staff(customer))
        return True

    assert together(here, THREADS, end) == [True]
    with here.database.reading():
        assert lines("contact.ended") == 1


def test_invitations_keep_their_limit(here: Runtime, people: tuple[Customer, list[Person]]) -> None:
    customer, (first, *_others) = people

    def invite(number: int) -> str:
        who = queries.contact_as_principal(customer.organisation_id, first.id)
        assert who is not None
        return actions.invite(
            customer,
            who,
            email=f"eva{number}@two.example",
            name="Eva",
            language=None,
            rights=frozenset({"invoice:view"}),
            ends_on=None,
        ).id

    made = together(here, INVITATIONS_PER_DAY + 5, invite)
    assert len(made) == INVITATIONS_PER_DAY
    with here.database.reading():
        rows = select(func.count()).select_from(Contact).where(Contact.invited_by.is_not(None))
        assert session().scalar(rows) == INVITATIONS_PER_DAY
