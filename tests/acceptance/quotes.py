"""Quotes that tests answer, published through the real intake."""

from dataclasses import replace
from datetime import date

from app.access.grants import Role
from app.access.principal import Principal
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.line import Period
from app.identity import actions as identity
from app.identity.models import CapabilityLink, Person
from app.organisations.models import Customer
from tests import factories
from tests.released import EVERYTHING

OPEN_UNTIL = date(2099, 12, 31)


def quote_for(
    customer: Customer,
    number: str = "Q-118",
    *,
    until: date | None = OPEN_UNTIL,
    media_type: str = "application/xml",
) -> Document:
    """Take in a quote for a customer; it is published where the organisation does so at once."""
    said = replace(
        factories.einvoice(number, buyer=customer.name, customer_number=customer.number, due=None),
        type_code="",
        payment_instructions=(),
        validity=Period(date(2026, 10, 30), until) if until else None,
    )
    return factories.take_in(customer.organisation_id, said, kind=Kind.QUOTE, media_type=media_type)


def contact_of(customer: Customer, person: Person) -> Principal:
    """Return the principal of a customer's person who may do everything."""
    return Principal(
        role=Role.PRIMARY_CONTACT,
        id=person.id,
        name=person.name,
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
        rights=EVERYTHING,
    )


def link_to(document: Document, customer: Customer) -> CapabilityLink:
    """Make the link to a quote that a guest has in a mail."""
    return identity.make_link(
        document.organisation_id,
        customer.id,
        document.lineage_id,
        document.id,
        email="tochter@kunden.example",
        name="Tina Keller",
        language="de",
    )
