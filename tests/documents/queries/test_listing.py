"""The list of documents in every order, walked through by keyset."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import ids
from app.documents import queries
from app.documents.actions import indexing
from app.documents.models import Document, FileWord
from app.documents.queries import Filters, listing
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.documents.rules.listing import Direction, Order, Sort
from app.organisations.models import Customer
from tests import cast, factories
from tests.documents.test_queries import person_of, put

DAY = date(2026, 10, 30)
ORDERS = [Order(sort, direction) for sort, direction in product(Sort, Direction)]


@pytest.fixture
def keller(session: Session) -> Customer:
    """A customer with documents of many kinds, some without amount, due date or order."""
    house = cast.found("lindenhof", "Haus Lindenhof")
    made = cast.customer(house, "K-1", "Ruth Keller", None)
    session.flush()
    for number in range(17):
        one = factories.invoice_for(made, f"N-{number * 7 % 17:02d}", issued=DAY)
        put(
            one,
            session,
            kind=list(Kind)[number % 6],
            state=State.READY if number == 3 else State.PUBLISHED,
            due_date=None if number % 4 == 0 else DAY + timedelta(days=number % 5),
            total_minor=None if number % 5 == 0 else 1000 * (number % 3),
            order_number=f"PO-{number}" if number % 2 else None,
            order_sort=f"po-{number}" if number % 2 else None,
        )
    return made


@pytest.fixture
def ben(keller: Customer) -> Principal:
    """Somebody who works there."""
    return Principal(role=Role.STAFF, id=ids.new(), organisation_id=keller.organisation_id)


def walked(who: Principal, filters: Filters, order: Order, size: int) -> list[Document]:
    """Walk forth to the end, and back to the beginning; both must show the same."""
    forth: list[Document] = []
    place = None
    while True:
        rows = queries.page(who, filters, place, back=False, limit=size, order=order)
        forth += rows
        if len(rows) < size:
            break
        place = queries.place_of(rows[-1], order)
    back = forth[-1:]
    while rows := queries.page(
        who, filters, queries.place_of(back[0], order), back=True, limit=size, order=order
    ):
        back = rows + back
    assert [one.id for one in back] == [one.id for one in forth]
    return forth


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_every_order_shows_every_document_once_those_without_the_value_last(
    keller: Customer, ben: Principal, order: Order
) -> None:
    for who, expected in ((ben, 17), (person_of(keller), 16)):
        rows = walked(who, Filters(), order, 4)
        assert len({one.id for one in rows}) == len(rows) == expected
        values = [queries.place_of(one, order) for one in rows]
        known = [place for place in values if place[0] is not None]
        assert values[: len(known)] == known, "what lacks the value stands at the end"
        assert known == sorted(known, reverse=order.is_down)
        assert len({one.kind for one in rows}) == len(Kind)


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_filters_narrow_alike_in_every_order(
    keller: Customer, ben: Principal, order: Order
) -> None:
    rows = walked(ben, Filters(), order, 30)
    late = DAY + timedelta(days=2)
    for filters, fits in (
        (Filters(kind=Kind.QUOTE), lambda one: one.kind is Kind.QUOTE),
        (Filters(state=State.READY), lambda one: one.state is State.READY),
        (Filters(customer_id=keller.id), lambda one: True),
        (Filters(amount_from=1000), lambda one: (one.total_minor or 0) >= 1000),
        (Filters(amount_to=0), lambda one: one.total_minor == 0),
        (Filters(amount_from=1000, amount_to=1000), lambda one: one.total_minor == 1000),
        (Filters(due_since=late), lambda one: one.due_date and one.due_date >= late),
        (Filters(due_until=late), lambda one: one.due_date and one.due_date <= late),
        (
            Filters(due_until=late, amount_from=2000),
            lambda one: one.due_date and one.due_date <= late and one.total_minor == 2000,
        ),
        (
            Filters(due_until=late, is_overdue=True),
            lambda one: (
                one.kind is Kind.INVOICE
                and one.state is State.PUBLISHED
                and one.due_date
                and one.due_date <= late
            ),
        ),
        (Filters(currency="EUR"), lambda one: False),
        (Filters(order_number="po-1"), lambda one: (one.order_sort or "").startswith("po-1")),
        (Filters(file_words=("inv",)), lambda one: True),
        (Filters(file_words=("inv", "xyz")), lambda one: False),
    ):
        expected = [one.number for one in rows if fits(one)]
        found = queries.page(ben, filters, None, back=False, limit=30, order=order)
        assert [one.number for one in found] == expected, filters
        job = queries.found(ben, filters, None, back=False, limit=30, order=order, look=None)
        assert [one.number for one in job.rows] == expected, filters
        assert listing.count(ben, filters) == len(expected)


def test_a_look_stops_and_goes_on_until_everything_was_seen(
    keller: Customer, ben: Principal
) -> None:
    order = Order(Sort.NUMBER, Direction.UP)
    filters = Filters(amount_from=2000)
    expected = queries.page(ben, filters, None, back=False, limit=30, order=order)
    assert len(expected) > 2
    for back in (False, True):
        numbers: list[str] = []
        place, looks = None, 0
        while True:
            if back and place is None:
                every = queries.page(ben, Filters(), None, back=False, limit=30, order=order)
                place = (every[-1].number_sort + "x", "")
            found = queries.found(ben, filters, place, back=back, limit=2, order=order, look=3)
            shown = [one.number for one in found.rows]
            numbers = shown + numbers if back else numbers + shown
            looks += 1
            if found.stopped is None and len(found.rows) < 2:
                break
            edge = found.rows[0 if back else -1] if found.rows else None
            place = found.stopped or queries.place_of(edge, order)  # type: ignore[arg-type]
        assert numbers == [one.number for one in expected]
        assert looks > 3


def test_a_search_tries_every_meaning_and_stays_with_its_reader(
    keller: Customer, ben: Principal, session: Session
) -> None:
    other = cast.customer(cast.found("brandt", "Brandt"), "K-1", "Fremde", None)
    factories.invoice_for(other, "N-01")
    ruth = person_of(keller)
    put(factories.invoice_for(keller, "X-1", issued=date(2026, 1, 5)), session, total_minor=777)
    put(factories.invoice_for(keller, "X-2"), session, order_number="A/9", order_sort="a/9")
    for who in (ben, ruth):
        for meant, expected in (
            (Filters(search="n-0"), 10 if who is ben else 9),
            (Filters(search="A/9"), 0),
            (Filters(search="a/9", means_order=True), 1),
            (Filters(search="777", searched_amount=777), 1),
            (Filters(search="5.1.2026", searched_day=date(2026, 1, 5)), 1),
            (Filters(search="invo", searched_words=("invo",)), 19 if who is ben else 18),
        ):
            found = queries.page(who, meant, None, back=False, limit=30)
            assert len(found) == expected, (who.role, meant)
            assert {one.organisation_id for one in found} <= {keller.organisation_id}


def test_words_follow_their_document_to_another_customer(
    keller: Customer, session: Session
) -> None:
    lena = cast.customer(cast.found("other", "Other"), "K-9", "Lena", None)
    one = factories.invoice_for(lena, "L-1")
    session.flush()
    one.customer_id = None
    session.flush()
    indexing.hand_over(one)
    rows = session.query(FileWord).filter(FileWord.document_id == one.id).all()
    assert [(row.word, row.customer_id) for row in rows] == [("invoice", None)]


def test_the_currencies_of_a_house_are_known(
    keller: Customer, ben: Principal, session: Session
) -> None:
    factories.invoice_for(keller, "E-1", currency="EUR")
    factories.invoice_for(keller, "E-2", currency="EUR")
    session.flush()
    assert queries.currencies(ben) == ["CHF", "EUR"]
