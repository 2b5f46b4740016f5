"""A house with one person, and a browser to come in with."""

import pytest
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.organisations.models import Organisation
from app.organisations.rules import MemberRole
from tests import cast


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation, in the transaction of the test."""
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def ben(house: Organisation) -> Person:
    """Somebody who works there."""
    return cast.member(house, "Ben Brunner", MemberRole.STAFF)
