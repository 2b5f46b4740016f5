"""Every look-up of a customer's contacts and recipients."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Select, false, select

from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.identity.models import Person
from app.organisations.models import Contact, Customer, Organisation, Recipient
from app.organisations.queries.houses import staff_only
from app.organisations.queries.standing import is_over
from app.organisations.rules import granting


def contacts_of(*customer_ids: str) -> list[tuple[Contact, Person]]:
    """Return the people of a customer, or of several, the primary contact first."""
    rows = (
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.customer_id.in_(customer_ids))
        .order_by(Contact.is_primary.desc(), Person.name, Person.id)
    )
    return [(row.Contact, row.Person) for row in session().execute(rows)]


def contact(who: Principal, contact_id: str) -> tuple[Contact, Person] | None:
    """Return one contact by the person's id: for staff any, for a customer's people their own."""
    row = session().execute(_visible(who).where(Contact.person_id == contact_id)).one_or_none()
    return None if row is None else (row[0], row[1])


def contact_of(
    who: Principal, customer_id: str, contact_id: str
) -> tuple[Contact, Person, Customer] | None:
    """Return one contact of one customer, for staff."""
    rows = (
        _visible(who)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.person_id == contact_id, Contact.customer_id == customer_id, staff_only(who))
        .add_columns(Customer)
    )
    row = session().execute(rows).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _visible(who: Principal) -> Select[Contact, Person]:
    rows = (
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.organisation_id == who.organisation_id)
    )
    if who.is_staff:
        return rows
    return rows.where(false() if who.is_guest else Contact.customer_id == who.customer_id)


def own_contacts(who: Principal) -> list[tuple[Contact, Person]]:
    """Return the people of the customer that somebody stands for, the primary contact first."""
    return contacts_of(who.customer_id) if who.customer_id and not who.is_guest else []


def given_to(who: Principal) -> frozenset[str]:
    """Return what a person of a customer was given, whatever is closed to all; to others nothing."""
    one = session().get(Contact, who.id)
    return frozenset() if one is None else granting.given(one.rights)


def ended_on(who: Principal, house: Organisation) -> date | None:
    """Return the last day of somebody's own access, on the organisation's calendar; None: it goes on."""
    one = session().get(Contact, who.id)
    if one is None or not is_over(one, clock.today(house.timezone)):
        return None
    if one.ended_at is not None:
        return one.ended_at.astimezone(ZoneInfo(house.timezone)).date()
    return one.ends_on


def contact_by_id(person_id: str) -> Contact | None:
    """Return the contact that a person is; for jobs."""
    return session().get(Contact, person_id)


def recipients_of(customer_id: str) -> list[Recipient]:
    """Return those who get a customer's documents at present."""
    rows = select(Recipient).where(
        Recipient.customer_id == customer_id, Recipient.removed_at.is_(None)
    )
    return list(session().scalars(rows.order_by(Recipient.id)))


def recipient_by_id(recipient_id: str) -> Recipient | None:
    """Return a recipient, also one that was removed; for jobs."""
    return session().get(Recipient, recipient_id)


def recipient(who: Principal, customer_id: str, recipient_id: str) -> Recipient | None:
    """Return one recipient of one customer, for staff."""
    rows = select(Recipient).where(
        Recipient.id == recipient_id,
        Recipient.customer_id == customer_id,
        Recipient.organisation_id == who.organisation_id,
        staff_only(who),
    )
    return session().scalar(rows)
