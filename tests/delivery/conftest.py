"""A house, a customer and a published invoice on its way, in the transaction of the test."""

import pytest
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import ids
from app.delivery import actions, queries
from app.delivery.models import Dispatch
from app.documents.models import Document
from app.organisations.models import Customer, Organisation
from tests import cast, factories


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation."""
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def ben(house: Organisation) -> Principal:
    """Somebody who works there."""
    return Principal(role=Role.STAFF, id=ids.new(), name="Ben Brunner", organisation_id=house.id)


@pytest.fixture
def keller(house: Organisation, session: Session) -> Customer:
    """One of its customers, who reads mail."""
    made = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
    session.flush()
    return made


@pytest.fixture
def invoice(keller: Customer) -> Document:
    """A published invoice."""
    return factories.invoice_for(keller, "2026-0412")


@pytest.fixture
def dispatch(invoice: Document) -> Dispatch:
    """Its dispatch, which nobody has sent yet."""
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    return one
