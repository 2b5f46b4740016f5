"""Whose documents somebody sees: random families, random modes; and what one way of coming in shows."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock
from app.core.errors import Refused
from app.documents import queries
from app.documents.models import Document
from app.documents.queries import Filters
from app.identity.actions import make_link
from app.organisations import actions
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import MOST_BELOW
from app.organisations.rules.portal import Visible
from tests import cast, factories

SIZE = 5
STEPS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(-1, SIZE - 1)), max_size=12)
"""Who is put below whom; -1: taken out."""


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation that publishes at once."""
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def anna(house: Organisation) -> Principal:
    """Somebody who works in it."""
    return Principal(role=Role.STAFF, id="anna", name="Anna", organisation_id=house.id)


@pytest.fixture
def customers(house: Organisation) -> list[Customer]:
    """Some customers, each with a person and an invoice."""
    made = [cast.customer(house, f"K-{n}", f"Customer {n}", None) for n in range(SIZE)]
    for number, one in enumerate(made):
        cast.contact(one, f"Person{number} Test")
        factories.invoice_for(one, f"R-{number}")
    return made


def contact_of(one: Customer) -> Principal:
    ((_contact, person),) = organisations.contacts_of(one.id)
    found = organisations.contact_as_principal(one.organisation_id, person.id)
    assert found is not None
    return found


def guest_of(one: Customer, document: Document | None) -> Principal:
    """Return who comes in by a link to a document, or to all of a customer's."""
    link = make_link(
        one.organisation_id,
        one.id,
        document.lineage_id if document else None,
        document.id if document else None,
        email="",
        name="Somebody",
        language="en",
    )
    return organisations.link_as_principal(link)


def seen(session: Session, who: Principal) -> set[str | None]:
    """Return whose documents somebody sees; the list and the look-up one by one agree."""
    listed = {one.id for one in queries.page(who, Filters(), None, back=False, limit=50)}
    every = session.scalars(select(Document)).all()
    assert listed == {one.id for one in every if queries.one(who, one.id) is not None}
    return {one.customer_id for one in every if one.id in listed}


def test_a_customer_sees_its_own_and_those_below_it_and_nobody_elses(
    session: Session, customers: list[Customer], anna: Principal
) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def holds(steps: list[tuple[int, int]]) -> None:
        with session.begin_nested() as saved:
            for below, main in steps:
                try:
                    if main < 0:
                        actions.take_out(customers[below], anna)
                    else:
                        actions.put_below(customers[below], customers[main], anna)
                except Refused:
                    continue
            session.flush()
            session.expire_all()
            parents = {one.id: one.parent_id for one in customers}
            for one in customers:
                assert parents[one.id] is None or parents[parents[one.id] or ""] is None
                children = {each for each, parent in parents.items() if parent == one.id}
                assert seen(session, contact_of(one)) == {one.id} | children
                assert seen(session, guest_of(one, None)) == {one.id} | children
            saved.rollback()

    holds()


def test_who_may_not_be_put_below_whom(
    session: Session, house: Organisation, customers: list[Customer], anna: Principal
) -> None:
    main, middle, last, *_others = customers
    foreign = cast.customer(cast.found("brandt", "Brandt"), "B-1", "Stranger", None)
    actions.put_below(middle, main, anna)
    for below, above in (
        (main, middle),
        (main, main),
        (last, middle),
        (main, last),
        (last, foreign),
    ):
        with pytest.raises(Refused):
            actions.put_below(below, above, anna)
    assert [one.parent_id for one in (main, middle, last)] == [None, main.id, None]
    for number in range(MOST_BELOW - 1):
        one = cast.customer(house, f"S-{number}", f"Sub {number}", None)
        actions.put_below(one, main, anna)
    with pytest.raises(Refused, match="as many customers"):
        actions.put_below(last, main, anna)
    assert len(contact_of(main).below) == MOST_BELOW
    assert queries.page(contact_of(main), Filters(search="R-"), None, back=False, limit=9)


def test_what_is_shown_by_each_way_in_and_each_choice(
    session: Session, house: Organisation, customers: list[Customer], anna: Principal
) -> None:
    main, below, *_others = customers
    actions.put_below(below, main, anna)
    own = session.scalars(select(Document).where(Document.customer_id == main.id)).one()
    settled = factories.invoice_for(main, "R-settled")
    settled.open_until = clock.now().date() - timedelta(days=2)
    session.flush()
    subs = session.scalars(select(Document).where(Document.customer_id == below.id)).one()
    ways = {
        "contact": lambda: contact_of(main),
        "whole": lambda: guest_of(main, None),
        "guest": lambda: guest_of(main, own),
        "late guest": lambda: guest_of(main, settled),
    }
    every, waiting = {own.id, settled.id, subs.id}, {own.id, subs.id}
    table = {
        Visible.ALL: dict.fromkeys(ways, every),
        Visible.OPEN: dict.fromkeys(ways, waiting) | {"late guest": every},
        Visible.ENTERED: {
            "contact": every,
            "whole": every,
            "guest": {own.id},
            "late guest": {settled.id},
        },
    }
    for house_says, own_choice in [(one, None) for one in Visible] + [
        (other, one) for one in Visible for other in Visible
    ]:
        house.portal_visible, main.visible = house_says, own_choice
        session.flush()
        for name, way in ways.items():
            who = way()
            found = {one.id for one in queries.page(who, Filters(), None, back=False, limit=50)}
            assert found == table[own_choice or house_says][name], (house_says, own_choice, name)
    for mode in Visible:
        house.portal_visible, main.visible = mode, None
        session.flush()
        for who in (contact_of(below), guest_of(below, None), guest_of(below, subs)):
            assert seen(session, who) == {below.id}, "never the reverse"
