"""Every look-up of a customer's contacts and recipients."""

from sqlalchemy import select

from app.access.principal import Principal
from app.core.db import session
from app.identity.models import Person
from app.organisations.models import Contact, Recipient
from app.organisations.queries.houses import staff_only


def contacts_of(customer_id: str) -> list[tuple[Contact, Person]]:
    """Return a customer's people, the primary contact first."""
    rows = (
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.customer_id == customer_id)
        .order_by(Contact.is_primary.desc(), Person.name, Person.id)
    )
    return [(row.Contact, row.Person) for row in session().execute(rows)]


def recipients_of(customer_id: str) -> list[Recipient]:
    """Return those who get a customer's documents at present."""
    rows = select(Recipient).where(
        Recipient.customer_id == customer_id, Recipient.removed_at.is_(None)
    )
    return list(session().scalars(rows.order_by(Recipient.id)))


def recipient(who: Principal, customer_id: str, recipient_id: str) -> Recipient | None:
    """Return one recipient of one customer, for staff."""
    rows = select(Recipient).where(
        Recipient.id == recipient_id,
        Recipient.customer_id == customer_id,
        Recipient.organisation_id == who.organisation_id,
        staff_only(who),
    )
    return session().scalar(rows)
