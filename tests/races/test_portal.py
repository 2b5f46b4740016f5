"""Twenty at once: one value for all, one address."""

import pytest
from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core import ids
from app.core.db import session
from app.core.runtime import Runtime
from app.identity.models import CapabilityLink
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import Access
from app.portal.actions import addresses, runs
from app.portal.models import PortalRun, PortalRunItem
from tests import cast
from tests.races.together import THREADS, Meeting, together


@pytest.fixture
def stage(here: Runtime) -> tuple[Principal, str]:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        one = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        for number in range(2, 12):
            cast.customer(house, f"K-{number}", f"Customer {number}", None)
        anna = Principal(
            role=Role.ADMINISTRATOR, id=ids.new(), name="Anna", organisation_id=house.id
        )
        return anna, one.id


def test_runs_at_once_come_one_after_the_other_and_are_undone_to_the_beginning(
    here: Runtime, stage: tuple[Principal, str]
) -> None:
    anna, _customer = stage
    values = (Access.YES, Access.NO)
    counts = together(here, THREADS, lambda number: runs.apply(ids.new(), values[number % 2], anna))
    assert counts
    assert set(counts) == {11}, "each found all with the other value"
    with here.database.reading():
        found = session().scalars(select(PortalRun).order_by(PortalRun.created_at)).all()
        order = {one.id: one for one in found}
        former = session().scalars(select(PortalRunItem)).all()
    assert len(former) == 11 * len(order)
    starts = [one for one in former if one.former is Access.INHERIT]
    assert len({one.run_id for one in starts}) == 1, "only the first found them as they were"
    first = order[starts[0].run_id]
    with here.database.transaction():
        session().execute(Customer.__table__.update().values(portal=first.access))  # type: ignore[attr-defined]
    with here.database.transaction():
        assert runs.undo(session().get_one(PortalRun, first.id), anna) == 11
    with here.database.reading():
        assert set(session().scalars(select(Customer.portal))) == {Access.INHERIT}


def test_the_same_run_twice_at_once_is_one(here: Runtime, stage: tuple[Principal, str]) -> None:
    anna, _customer = stage
    run_id = ids.new()
    counts = together(here, THREADS, lambda _: runs.apply(run_id, Access.NO, anna))
    assert sorted(counts, key=str) == [11] + [None] * (THREADS - 1)


def test_an_address_renewed_by_all_at_once_is_renewed_once(
    here: Runtime, stage: tuple[Principal, str]
) -> None:
    anna, customer_id = stage

    def load() -> tuple[Organisation, Customer]:
        one = session().get_one(Customer, customer_id)
        return session().get_one(Organisation, one.organisation_id), one

    made = together(here, THREADS, lambda _: addresses.make(*load(), anna).url)
    assert len(set(made)) == 1
    with here.database.reading():
        (link,) = session().scalars(select(CapabilityLink))
    meeting = Meeting(here, THREADS)

    def renew(_number: int) -> str | None:
        found = load()
        meeting.wait()
        return addresses.renew(*found, anna, link.id).url

    renewed = together(here, THREADS, renew)
    assert len(set(renewed)) == 1
    assert set(renewed).isdisjoint(made)
    with here.database.reading():
        every = session().scalars(select(CapabilityLink)).all()
    assert [one.revoked_at is None for one in sorted(every, key=lambda one: one.id)] == [
        False,
        True,
    ]
