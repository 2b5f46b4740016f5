"""A house with a customer, in the transaction of the test."""

import pytest
from sqlalchemy.orm import Session

from app.organisations.models import Customer, Organisation
from tests import cast


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation that publishes at once."""
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def keller(house: Organisation, session: Session) -> Customer:
    """One of its customers."""
    made = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
    session.flush()
    return made
