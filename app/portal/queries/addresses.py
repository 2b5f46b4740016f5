"""The addresses under which a customer reaches all documents, or one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.access.grants import Can
from app.access.principal import Principal
from app.access.rights import Action
from app.core import clock
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import FOR_CUSTOMERS
from app.identity import rules as identity
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.identity.rules import LinkPurpose
from app.notices.rules import Addressee
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import portal
from app.organisations.rules.portal import Rule, Ways


@dataclass(frozen=True, slots=True)
class Address:
    """Where a customer finds all documents, or one; or why there is no such place."""

    url: str | None
    """None: somebody has to make it first, or there is none."""
    link: CapabilityLink | None = None
    """The secret behind it; None where one signs in instead."""
    closed_by: Rule | None = None
    is_unpublished: bool = False
    """Whether no customer sees the document, whatever is released."""

    @property
    def may_be_made(self) -> bool:
        """Whether there is none although nothing is in its way."""
        return self.url is None and self.closed_by is None and not self.is_unpublished

    @property
    def is_over(self) -> bool:
        """Whether its time is over: nobody comes in until it is renewed."""
        one = self.link
        return one is not None and not identity.is_link_open(
            clock.now(), one.expires_at, one.revoked_at
        )


def link_end(house: Organisation, document: Document | None) -> datetime:
    """Return when a link made now is over: counted from when its document is due, or was issued."""
    day = (document.due_date or document.issue_date) if document is not None else None
    return identity.link_end(clock.now(), house.link_days, day, house.timezone)


def link_of_customer(customer_id: str) -> CapabilityLink | None:
    """Return the link to all of a customer's documents, over or not."""
    rows = select(CapabilityLink).where(
        CapabilityLink.customer_id == customer_id,
        CapabilityLink.lineage_id.is_(None),
        CapabilityLink.purpose == LinkPurpose.CUSTOMER,
        CapabilityLink.revoked_at.is_(None),
    )
    return session().scalar(rows.order_by(CapabilityLink.id.desc()).limit(1))


def link_of_document(document: Document) -> CapabilityLink | None:
    """Return the link to a document in all its versions, over or not."""
    rows = select(CapabilityLink).where(
        CapabilityLink.lineage_id == document.lineage_id,
        CapabilityLink.purpose == LinkPurpose.DOCUMENT,
        CapabilityLink.revoked_at.is_(None),
    )
    return session().scalar(rows.order_by(CapabilityLink.id.desc()).limit(1))


def of_customer(house: Organisation, customer: Customer) -> Address:
    """Return where a customer finds all documents; one SELECT, or none."""
    rule = portal.closed_by(organisations.of_customer(house, customer.portal))
    if rule is not None:
        return Address(None, closed_by=rule)
    if house.portal_ways is Ways.ACCOUNT:
        return Address(f"{house.base_url}/sign-in")
    return _by_link(house, link_of_customer(customer.id))


def of_document(house: Organisation, document: Document, customer: Customer | None) -> Address:
    """Return where the customer finds one document; one SELECT, or none."""
    if customer is None or document.state not in FOR_CUSTOMERS:
        return Address(None, is_unpublished=True)
    standing = organisations.of_customer(house, customer.portal)
    rule = portal.obstacle(standing, Action.VIEW, document.kind.value)
    if rule is not None:
        return Address(None, closed_by=rule)
    if house.portal_ways is Ways.ACCOUNT:
        return Address(f"{house.base_url}/documents/{document.id}")
    return _by_link(house, link_of_document(document))


def people_of(one: Customer) -> dict[str, Addressee]:
    """Return those whom the address may be sent to, each mail address once: its people come first."""
    found = [
        Addressee(person.email, person.name, person.language or one.language)
        for contact, person in organisations.contacts_of(one.id)
        if person.disabled_at is None and contact.ended_at is None
    ]
    found += [
        Addressee(each.email, each.name, each.language or one.language)
        for each in organisations.recipients_of(one.id)
        if each.email
    ]
    if one.email:
        found.append(Addressee(one.email, one.name, one.language))
    people: dict[str, Addressee] = {}
    for each in found:
        people.setdefault(each.address, each)
    return people


def _by_link(house: Organisation, link: CapabilityLink | None) -> Address:
    return Address(capability.url(house.base_url, link.id) if link else None, link)


def beside_customer(who: Principal, house: Organisation, customer: Customer) -> dict[str, Any]:
    """Return what the box on a customer's page shows; nothing for who may not see it."""
    if not who.may(Can.READ_PORTAL):
        return {"house": house, "portal": None}
    return {
        "house": house,
        "portal": of_customer(house, customer),
        "proofs": documents.asked_of(customer, house),
    }


def beside_document(
    who: Principal, house: Organisation, document: Document, customer: Customer | None
) -> dict[str, Any]:
    """Return what the box on a document's page shows; nothing for who may not see it."""
    may_see = who.may(Can.READ_PORTAL)
    return {"portal": of_document(house, document, customer) if may_see else None}
