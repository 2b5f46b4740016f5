"""A house with three customers, in the transaction of the test."""

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
    """Somebody who runs it."""
    return Principal(
        role=Role.ADMINISTRATOR, id=ids.new(), name="Anna Amsler", organisation_id=house.id
    )


@pytest.fixture
def customers(house: Organisation, session: Session) -> list[Customer]:
    """Keller, Huber and Meier."""
    made = [
        cast.customer(house, f"K-{number}", name, f"k{number}@kunden.example")
        for number, name in enumerate(("Ruth Keller", "Max Huber", "Eva Meier"), 1)
    ]
    session.flush()
    return made
