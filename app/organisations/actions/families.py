"""Main customers and those below them: one level, no circles, one organisation (PY-23)."""

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from app.access.principal import Principal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import queries
from app.organisations.actions.lines import note
from app.organisations.models import Customer
from app.organisations.rules import MOST_BELOW


def put_below(customer: Customer, main: Customer, who: Principal) -> None:
    """Let a main customer see what `customer` sees, from now on; raises `Refused` where that cannot be.

    Both are held, always in one order: of two who build a circle at once one comes second.
    """
    if customer.parent_id == main.id:
        return
    for one in sorted({customer.id, main.id}):
        queries.hold_customer(one)
    below, above = aliased(Customer), aliased(Customer)
    is_free = ~exists().where(below.parent_id == customer.id)
    is_top = exists().where(
        above.id == main.id,
        above.parent_id.is_(None),
        above.organisation_id == customer.organisation_id,
    )
    others = select(func.count()).where(below.parent_id == main.id).scalar_subquery()
    changed = session().execute(
        update(Customer)
        .where(Customer.id == customer.id, Customer.id != main.id, is_free, is_top)
        .where(others < MOST_BELOW)
        .values(parent_id=main.id)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise Refused(_why_not(customer, main))
    session().refresh(customer)
    _note("customer.put_below", customer, main, who)


def take_out(customer: Customer, who: Principal) -> bool:
    """Let a customer stand by itself again; False where it did."""
    former = queries.customer_by_id(customer.parent_id or "")
    taken = session().execute(
        update(Customer)
        .where(Customer.id == customer.id, Customer.parent_id.is_not(None))
        .values(parent_id=None)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    )
    if taken.first() is None or former is None:
        return False
    session().refresh(customer)
    _note("customer.taken_out", customer, former, who)
    return True


def _why_not(customer: Customer, main: Customer) -> str:
    if main.id == customer.id:
        return _("A customer cannot be its own main customer.")
    session().refresh(main)
    if main.parent_id is not None:
        return _("%(name)s has a main customer itself: there is one level only.", name=main.name)
    below = len(queries.family(customer)[1])
    if below:
        return _("%(name)s is a main customer itself: there is one level only.", name=customer.name)
    return _("%(name)s has as many customers below it as there may be.", name=main.name)


def _note(name: str, customer: Customer, main: Customer, who: Principal) -> None:
    for about in (customer, main):
        note(
            name,
            who.actor,
            customer.organisation_id,
            ("customer", about.id),
            number=customer.number,
            main=main.number,
        )
