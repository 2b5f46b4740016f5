from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.access.rights import NOTHING
from app.core import ids
from app.documents import queries
from app.documents.models import Document, FileRole
from app.documents.queries import Filters
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.life import FOR_CUSTOMERS, State
from app.intake import queries as intakes
from app.intake.models import ItemState
from app.organisations.models import Customer, Organisation
from tests import cast, factories
from tests.factories import einvoice, take_in
from tests.released import EVERYTHING

DAY = date(2026, 10, 30)
FATAL = Finding("BR-CO-15", Severity.FATAL, "The total is wrong.", language="en")


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation."""
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def keller(house: Organisation, session: Session) -> Customer:
    """One of its customers."""
    made = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
    session.flush()
    return made


@pytest.fixture
def ben(house: Organisation) -> Principal:
    """Somebody who works there."""
    return Principal(role=Role.STAFF, id=ids.new(), name="Ben", organisation_id=house.id)


def person_of(customer: Customer) -> Principal:
    return Principal(
        role=Role.CONTACT,
        rights=EVERYTHING,
        id=ids.new(),
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
    )


def seen(who: Principal, filters: Filters = Filters()) -> list[str]:  # noqa: B008 - frozen
    return [one.number for one in queries.page(who, filters, None, back=False, limit=100)]


def put(document: Document, session: Session, **values: Any) -> Document:
    session.execute(update(Document).where(Document.id == document.id).values(**values))
    session.refresh(document)
    return document


def test_walking_shows_every_document_once_forth_and_back(
    keller: Customer, ben: Principal, session: Session
) -> None:
    """Many documents of one day: the id decides among them."""
    for number in range(23):
        day = DAY - timedelta(days=number // 8)
        factories.invoice_for(keller, f"N-{number}", issued=day)
    session.flush()
    forth: list[Document] = []
    while rows := queries.page(
        ben, Filters(), _place(forth[-1]) if forth else None, back=False, limit=5
    ):
        forth += rows
    back: list[Document] = [forth[-1]]
    while rows := queries.page(ben, Filters(), _place(back[0]), back=True, limit=4):
        back = rows + back
    assert len({one.id for one in forth}) == len(forth) == 23
    assert [_place(one) for one in forth] == sorted(map(_place, forth), reverse=True)
    assert [one.id for one in back] == [one.id for one in forth]


def _place(document: Document) -> tuple[date, str]:
    return document.listed_on, document.id


def test_a_document_that_comes_in_while_one_walks_moves_no_other(
    keller: Customer, ben: Principal, session: Session
) -> None:
    for number in range(6):
        factories.invoice_for(keller, f"N-{number}")
    first = queries.page(ben, Filters(), None, back=False, limit=3)
    factories.invoice_for(keller, "new")
    second = queries.page(ben, Filters(), _place(first[-1]), back=False, limit=3)
    numbers = {one.number for one in first + second}
    assert numbers == {f"N-{number}" for number in range(6)}


def test_customers_see_what_was_published_for_them_and_nothing_else(
    house: Organisation, keller: Customer, session: Session
) -> None:
    other = cast.customer(house, "K-2", "Max Huber", None)
    for state in State:
        put(factories.invoice_for(keller, state.value), session, state=state)
        factories.invoice_for(other, f"other-{state}")
    ruth = person_of(keller)
    visible = session.scalars(queries.visible(ruth)).all()
    assert {one.state for one in visible} == FOR_CUSTOMERS
    assert {one.customer_id for one in visible} == {keller.id}
    assert seen(ruth) == ["published"]
    assert seen(ruth, Filters(state=State.SUPERSEDED)) == ["superseded"]
    assert seen(ruth, Filters(state=State.HELD)) == []
    assert seen(ruth, Filters(search="other", named_customers=(other.id,))) == []


def test_a_guest_sees_one_document_with_all_its_versions(
    keller: Customer, session: Session
) -> None:
    old = factories.invoice_for(keller, "N-1")
    factories.invoice_for(keller, "N-2")
    new = factories.invoice_for(keller, "N-1")
    guest = replace(
        person_of(keller), role=Role.GUEST, rights=EVERYTHING, lineage_id=old.lineage_id
    )
    assert queries.one(guest, old.id) is old
    assert queries.one(guest, new.id) is new
    assert seen(guest) == ["N-1"]
    assert [one.version for one in queries.versions_of(guest, new)] == [2, 1]
    held = take_in(
        keller.organisation_id,
        einvoice("N-1", buyer=keller.name, customer_number=keller.number),
        findings=(FATAL,),
    )
    assert held.lineage_id == old.lineage_id
    assert queries.one(guest, held.id) is None
    assert [one.version for one in queries.versions_of(guest, new)] == [2, 1]
    assert queries.one(replace(guest, rights=NOTHING), new.id) is None, "nothing is released"
    whole = replace(guest, lineage_id=None)
    assert queries.one(whole, new.id) is not None, "a link to all of the customer's"


def test_a_house_sees_its_own_only(keller: Customer, ben: Principal, session: Session) -> None:
    document = factories.invoice_for(keller, "N-1")
    (file,) = queries.files_of(document)
    stranger = replace(ben, organisation_id=cast.found("brandt", "Brandt GmbH").id)
    assert queries.one(ben, document.id) is document
    assert queries.one(stranger, document.id) is None
    assert queries.file(stranger, document.id, file.id) is None
    assert queries.file(ben, document.id, file.id) == (document, file)
    assert intakes.intakes(stranger, 10) == []
    (batch,) = intakes.intakes(ben, 10)
    assert intakes.intake(stranger, batch.id) is None
    assert intakes.intake(person_of(keller), batch.id) is None
    assert intakes.intake(ben, batch.id) is batch


def test_a_file_is_found_with_its_own_document_only(
    keller: Customer, ben: Principal, session: Session
) -> None:
    one, other = factories.invoice_for(keller, "N-1"), factories.invoice_for(keller, "N-2")
    (file,) = queries.files_of(one)
    assert queries.file(ben, other.id, file.id) is None
    assert queries.file(ben, one.id, ids.new()) is None
    assert queries.original_of(one) is file
    assert file.role is FileRole.ORIGINAL


def test_filters_narrow_and_add_up(keller: Customer, ben: Principal, session: Session) -> None:
    organisation = keller.organisation_id
    named: dict[str, Any] = {"buyer": keller.name, "customer_number": keller.number}
    factories.invoice_for(keller, "R-1", issued=date(2026, 1, 1))
    factories.invoice_for(keller, "R-2", issued=date(2026, 1, 31))
    take_in(organisation, einvoice("G-1", **named), kind=Kind.CREDIT_NOTE)
    take_in(organisation, einvoice("H-1", **named), findings=(FATAL,))
    since, until = date(2026, 1, 1), date(2026, 1, 31)
    assert set(seen(ben)) == {"R-1", "R-2", "G-1", "H-1"}
    assert set(seen(ben, Filters(since=since, until=until))) == {"R-1", "R-2"}
    assert set(seen(ben, Filters(since=until))) == {"H-1", "G-1", "R-2"}
    assert seen(ben, Filters(until=since)) == ["R-1"]
    assert seen(ben, Filters(kind=Kind.CREDIT_NOTE)) == ["G-1"]
    assert seen(ben, Filters(state=State.HELD)) == ["H-1"]
    assert seen(ben, Filters(state=State.HELD, kind=Kind.CREDIT_NOTE)) == []
    assert len(seen(ben, Filters(customer_id=keller.id))) == 4
    assert seen(ben, Filters(customer_id=ids.new())) == []


def test_documents_are_searched_by_the_start_of_the_number_and_by_customers(
    house: Organisation, keller: Customer, ben: Principal, session: Session
) -> None:
    huber = cast.customer(house, "K-2", "Max Huber", None)
    session.flush()
    for number in ("RE-1", "re-2", "RF-1", "100%", "Ö-1"):
        factories.invoice_for(keller, number)
    factories.invoice_for(huber, "X-1")
    for text, found in (
        ("re-", {"RE-1", "re-2"}),
        (" RE-1 ", {"RE-1"}),
        ("ö", {"Ö-1"}),
        ("100%", {"100%"}),
        ("%", set()),
        ("e-1", set()),
    ):
        assert set(seen(ben, Filters(search=text))) == found, text
    assert seen(ben, Filters(search="max", named_customers=(huber.id,))) == ["X-1"]


def test_a_customer_is_told_what_is_due_per_currency(keller: Customer, session: Session) -> None:
    factories.invoice_for(keller, "R-1", due=date(2026, 12, 24))
    factories.invoice_for(keller, "R-2", due=date(2026, 11, 1))
    factories.invoice_for(keller, "R-3", currency="EUR", due=None)
    put(factories.invoice_for(keller, "paid"), session, open_minor=0)
    put(factories.invoice_for(keller, "withdrawn"), session, state=State.WITHDRAWN)
    take_in(
        keller.organisation_id,
        einvoice("G-1", buyer=keller.name, customer_number=keller.number),
        kind=Kind.CREDIT_NOTE,
    )
    ruth = person_of(keller)
    assert [(one.currency, one.count, one.minor, one.oldest) for one in queries.due(ruth)] == [
        ("CHF", 2, 2 * 64224, date(2026, 11, 1)),
        ("EUR", 1, 64224, None),
    ]
    assert [one.number for one in queries.open_invoices(ruth, 10)] == ["R-2", "R-1", "R-3"]


def test_the_progress_of_an_intake_is_counted(
    keller: Customer, ben: Principal, session: Session
) -> None:
    factories.invoice_for(keller, "R-1")
    (batch,) = intakes.intakes(ben, 10)
    counts = {state.value: count for state, count in intakes.progress_of(batch.id).items()}
    assert counts == dict.fromkeys(ItemState, 0) | {"taken_in": 1}
