"""Customers: added, changed."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import queries, rules
from app.organisations.actions.lines import note
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel, CustomerKind, RecipientRole
from app.organisations.rules.own_data import Field, stored
from app.organisations.rules.provable import provable


def add_customer(
    organisation_id: str,
    by: journal.Actor,
    *,
    number: str | None,
    kind: CustomerKind,
    name: str,
    **values: Any,
) -> Customer:
    """Add a customer, and itself as the recipient of its documents; raises `Refused` for a number in use."""
    email = (values.pop("email", None) or "").strip().lower() or None
    customer = Customer(
        id=ids.new(),
        organisation_id=organisation_id,
        number=number or _next_number(organisation_id),
        kind=kind,
        name=name,
        name_sort=name.lower()[:200],
        email=email,
        portal=queries.organisation_by_id(organisation_id).portal_for_new,
        created_at=clock.now(),
        **_comparable(values),
    )
    try:
        with session().begin_nested():
            session().add(customer)
    except IntegrityError as error:
        taken = _("There is a customer with the number %(number)s already.", number=customer.number)
        raise Refused(taken) from error
    _keep_provable(customer)
    _receives_own_documents(customer)
    about = ("customer", customer.id)
    note("customer.added", by, organisation_id, about, number=customer.number)
    return customer


def _receives_own_documents(customer: Customer) -> None:
    recipient = Recipient(
        id=ids.new(),
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
        role=RecipientRole.PERSON,
        name=customer.name,
        channel=Channel.EMAIL if customer.email else Channel.PORTAL,
        email=customer.email,
        kinds=[],
    )
    session().add(recipient)


def change_customer(customer: Customer, who: Principal, **values: Any) -> None:
    """Change a customer's data; raises `Refused` for a number in use."""
    values = _comparable(values)
    values["name_sort"] = values["name"].lower()[:200]
    values["email"] = (values["email"] or "").strip().lower() or None
    changed = sorted(name for name, value in values.items() if getattr(customer, name) != value)
    number, before = values["number"], (customer.name, customer.email)
    try:
        with session().begin_nested():
            for name in changed:
                setattr(customer, name, values[name])
    except IntegrityError as error:
        taken = _("There is a customer with the number %(number)s already.", number=number)
        raise Refused(taken) from error
    if changed:
        _keep_provable(customer)
        about = ("customer", customer.id)
        note("customer.changed", who.actor, customer.organisation_id, about, fields=changed)
    _recipient_follows(customer.id, *before, values["name"], values["email"])


def change_field(customer: Customer, field: Field, before: str, after: str) -> bool:
    """Change one of a customer's data, if it still is what it was `before`; say whether it was.

    Both values are in their one spelling, see `own_data.sound`. The caller writes the journal.
    """
    column, values = getattr(Customer, field.value), {field.value: stored(field, after)}
    name, address = customer.name, customer.email
    if field is Field.NAME:
        values["name_sort"] = after.lower()[:200]
    changed = (
        update(Customer)
        .where(Customer.id == customer.id, column.is_not_distinct_from(stored(field, before)))
        .values(values)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(changed).first() is None:
        return False
    _keep_provable(customer)
    if field in (Field.NAME, Field.EMAIL):
        _recipient_follows(customer.id, name, address, customer.name, customer.email)
    return True


def confirm_data(customer: Customer, who: Principal) -> None:
    """Write down that a customer's data are right, as one of its people says (K-11)."""
    customer.confirmed_at = clock.now()
    note("customer.confirmed", who.actor, customer.organisation_id, ("customer", customer.id))


def _keep_provable(customer: Customer) -> None:
    """Let what a customer can prove follow its data: as they are once this row is ours alone."""
    session().flush()
    session().refresh(customer)
    customer.provable = provable(
        customer.postcode, customer.street, customer.country, customer.mobile
    )


def _recipient_follows(
    customer_id: str, name: str, address: str | None, new_name: str, new_address: str | None
) -> None:
    """Let the customer's own recipient go with the customer, where it was the same until now."""
    own = update(Recipient).where(
        Recipient.customer_id == customer_id,
        Recipient.role == RecipientRole.PERSON,
        Recipient.removed_at.is_(None),
    )
    if new_name != name:
        session().execute(own.where(Recipient.name == name).values(name=new_name))
    if new_address != address:
        channel = Channel.EMAIL if new_address else Channel.PORTAL
        same = Recipient.email.is_not_distinct_from(address)
        session().execute(own.where(same).values(email=new_address, channel=channel))


def _comparable(values: dict[str, Any]) -> dict[str, Any]:
    """Write identifiers as they are compared."""
    return {
        name: rules.identifier(value) if name in ("vat_id", "gln") else value
        for name, value in values.items()
    }


def _next_number(organisation_id: str) -> str:
    """Return a number that no customer has; UNIQUE decides should two be made at once."""
    counted = select(func.count()).where(Customer.organisation_id == organisation_id)
    return f"K{(session().scalar(counted) or 0) + 1:05d}-{ids.new()[-4:]}"
