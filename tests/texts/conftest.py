"""A house and somebody who writes for it, in the transaction of the test."""

import pytest
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import ids
from app.organisations.models import Organisation
from tests import cast


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation."""
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def ben(house: Organisation) -> Principal:
    """Somebody who works there."""
    return Principal(role=Role.STAFF, id=ids.new(), name="Ben Brunner", organisation_id=house.id)
