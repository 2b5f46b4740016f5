"""Every look-up of customers."""

from sqlalchemy import ColumnElement, Select, or_, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute

from app.access.principal import Principal
from app.core.db import session
from app.organisations import rules
from app.organisations.models import Customer
from app.organisations.queries.houses import staff_only


def visible(who: Principal) -> Select[Customer]:
    """Return the customers that exist for a principal: staff's all, a customer's own."""
    rows = select(Customer).where(Customer.organisation_id == who.organisation_id)
    return rows if who.is_staff else rows.where(Customer.id == who.customer_id)


def customer(who: Principal, customer_id: str) -> Customer | None:
    """Return one customer for staff; for a customer's people there is no such page."""
    rows = visible(who).where(Customer.id == customer_id, staff_only(who))
    return session().scalar(rows)


def own_customer(who: Principal) -> Customer | None:
    """Return the customer that a contact or a guest stands for."""
    return session().scalar(visible(who).where(Customer.id == who.customer_id))


def family(customer: Customer) -> tuple[Customer | None, list[Customer]]:
    """Return a customer's main customer and those below it, by name; one SELECT."""
    below = Customer.parent_id == customer.id
    rows = select(Customer).where(
        below if customer.parent_id is None else or_(Customer.id == customer.parent_id, below)
    )
    found = session().scalars(rows.order_by(Customer.name_sort, Customer.id)).all()
    main = next((one for one in found if one.id == customer.parent_id), None)
    return main, [one for one in found if one is not main]


def customer_by_id(customer_id: str) -> Customer | None:
    """Return a customer; for jobs."""
    return session().get(Customer, customer_id)


def customer_with_number(organisation_id: str, number: str) -> Customer | None:
    """Return the customer of an organisation that has a number."""
    mine = Customer.organisation_id == organisation_id
    return session().scalar(select(Customer).where(mine, Customer.number == number))


def hold_customer(customer_id: str) -> None:
    """Keep others from doing the same for a customer until this transaction ends (SQLite does so anyway)."""
    session().execute(select(Customer.id).where(Customer.id == customer_id).with_for_update())


def customers(
    who: Principal,
    search: str,
    cursor: tuple[str, str] | None,
    limit: int,
    *,
    back: bool = False,
) -> list[Customer]:
    """Return a page of customers by name, beyond a keyset `cursor` (name, id).

    `search` looks at the start of number, name and mail; `back` looks towards the first name.
    """
    rows = visible(who).where(staff_only(who))
    if search:
        rows = rows.where(or_(*(_starts_with(*sign) for sign in _signs(search))))
    place = tuple_(Customer.name_sort, Customer.id)
    if cursor is not None:
        rows = rows.where(place < cursor if back else place > cursor)
    order = (
        (Customer.name_sort.desc(), Customer.id.desc())
        if back
        else (Customer.name_sort, Customer.id)
    )
    found = list(session().scalars(rows.order_by(*order).limit(limit)))
    return found[::-1] if back else found


def customers_by_number(
    who: Principal, begin: str, after: str | None, *, limit: int
) -> list[Customer]:
    """Return at most `limit` customers in the order of their numbers, beyond the number `after`."""
    rows = visible(who).where(staff_only(who))
    if begin:
        rows = rows.where(_starts_with(Customer.number, begin))
    if after is not None:
        rows = rows.where(Customer.number > after)
    return list(session().scalars(rows.order_by(Customer.number).limit(limit)))


def customer_choices(who: Principal) -> list[Customer]:
    """Return the first 200 customers by name, for a short choice."""
    return customers(who, "", None, 200)


def customer_ids_starting_with(who: Principal, text: str) -> list[str]:
    """Return at most 50 customers whose name, number or mail begins with `text`.

    Each sign is looked up in its own index: an OR would read all customers where none fits.
    """
    mine = visible(who).where(staff_only(who)).with_only_columns(Customer.id)
    parts = [
        mine.where(_starts_with(column, begin)).order_by(column).limit(50)
        for column, begin in _signs(text)
    ]
    found = union(*(select(part.subquery().c.id) for part in parts))
    return list(session().scalars(found.limit(50)))


def _signs(
    search: str,
) -> list[tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], str]]:
    begin = search.strip().lower()
    return [
        (Customer.name_sort, begin),
        (Customer.number, begin.upper()),
        (Customer.number, begin),
        (Customer.email, begin),
    ]


def find_customer(
    organisation_id: str,
    *,
    number: str | None,
    vat_id: str | None,
    gln: str | None,
    endpoint: str | None,
    email: str | None,
) -> Customer | None:
    """Return the customer that a document names: by number, VAT id, GLN, address, mail, in this order.

    A sign that fits two customers fits none: somebody has to decide.
    """
    signs: list[
        tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], str | None]
    ] = [
        (Customer.number, number),
        (Customer.vat_id, rules.identifier(vat_id)),
        (Customer.gln, rules.identifier(gln)),
        (Customer.endpoint, endpoint),
        (Customer.email, email.lower() if email else None),
    ]
    for column, value in signs:
        if not value:
            continue
        rows = select(Customer).where(Customer.organisation_id == organisation_id, column == value)
        found = session().scalars(rows.limit(2)).all()
        if len(found) == 1:
            return found[0]
    return None


def _starts_with(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], text: str
) -> ColumnElement[bool]:
    """Compare as a range, which an index serves on both databases whatever the collation."""
    return (column >= text) & (column < text + "\U0010ffff")
