"""A house and somebody who works in it, in the transaction of the test."""

import pytest
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import ids
from app.organisations.models import Customer, Organisation
from tests import cast


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation."""
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def anna(house: Organisation) -> Principal:
    """Its administrator."""
    return Principal(
        role=Role.ADMINISTRATOR, id=ids.new(), name="Anna Amsler", organisation_id=house.id
    )


@pytest.fixture
def keller(house: Organisation) -> Customer:
    """One of its customers."""
    return cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
