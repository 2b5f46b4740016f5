"""Twenty at once build circles and towers out of customers: one level stands in the end."""

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.core.db import session
from app.core.runtime import Runtime
from app.organisations import actions
from app.organisations.models import Customer
from tests import cast
from tests.races.together import THREADS, together

RING = 4


def test_no_circle_and_no_second_level_whoever_comes_first(here: Runtime) -> None:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        ids = [cast.customer(house, f"K-{n}", f"Customer {n}", None).id for n in range(RING)]
        anna = Principal(role=Role.STAFF, id="anna", name="Anna", organisation_id=house.id)

    def put(number: int) -> bool:
        below, main = ids[number % RING], ids[(number + 1) % RING]
        found = [session().get_one(Customer, one) for one in (below, main)]
        actions.put_below(found[0], found[1], anna)
        return True

    assert together(here, THREADS, put), "somebody came first"
    with here.database.reading():
        rows = session().execute(select(Customer.id, Customer.parent_id)).all()
    parents = {row[0]: row[1] for row in rows}
    assert any(parents.values())
    for customer_id, parent in parents.items():
        assert parent != customer_id
        assert parent is None or parents[parent] is None
