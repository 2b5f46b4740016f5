"""A house that does not publish by itself, a customer, and documents that are ready."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.core import ids
from app.documents.models import Document
from app.documents.queries import Filters
from app.organisations.models import Customer, Organisation
from app.releases import actions
from app.releases.models import Release
from tests import cast, factories

Begin = Callable[..., Release]


@pytest.fixture
def house(session: Session) -> Organisation:
    """An organisation that looks before it publishes."""
    return cast.found("lindenhof", "Haus Lindenhof", publishes_at_once=False)


@pytest.fixture
def keller(house: Organisation, session: Session) -> Customer:
    """One of its customers."""
    made = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
    session.flush()
    return made


@pytest.fixture
def ready(keller: Customer) -> list[Document]:
    """Documents that wait to be published, the oldest first."""
    return [factories.invoice_for(keller, f"R-{number}") for number in range(4)]


@pytest.fixture
def begin(house: Organisation, session: Session) -> Begin:
    """Begins a release of what fits."""

    def begun(filters: Filters | None = None, chosen: tuple[str, ...] = ()) -> Release:
        release_id = ids.new()
        assert actions.start(release_id, house.id, factories.BY, filters or Filters(), chosen)
        return session.get_one(Release, release_id)

    return begun
