"""Every look-up of access letters, and of whom one may be for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.access.grants import Can
from app.access.principal import Principal
from app.access.rights import Action
from app.access_letters import rules
from app.access_letters.models import AccessLetter
from app.core import clock
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.queries import Filters
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State as DocumentState
from app.identity.models import CapabilityLink
from app.notices.rules import Addressee
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import portal
from app.organisations.rules.portal import Rule

Letters = Select[AccessLetter, CapabilityLink, Kind, str]
"""Letters with their links, and kind and number of the one document that a letter opens, if any."""

OFFERED = 20
"""Documents that a letter may be made for: the newest."""


@dataclass(frozen=True, slots=True)
class Found:
    """A letter and the link that it stands for."""

    letter: AccessLetter
    link: CapabilityLink
    kind: Kind | None = None
    """Of the document that it opens; None: it opens all."""
    number: str = ""

    @property
    def state(self) -> rules.State:
        """What it is good for now."""
        one = self.link
        return rules.state(clock.now(), one.expires_at, one.revoked_at, self.letter.locked_until)


def by_code(code_hash: str) -> Found | None:
    """Return the letter with a code, open or not."""
    return _found(_letters().where(AccessLetter.code_hash == code_hash))


def by_id(letter_id: str) -> AccessLetter | None:
    """Return a letter; for who made it a moment ago."""
    return session().get(AccessLetter, letter_id)


def one(who: Principal, customer_id: str, letter_id: str) -> Found | None:
    """Return one letter of one customer, for staff."""
    if not who.is_staff:
        return None
    return _found(
        _letters().where(
            AccessLetter.id == letter_id,
            AccessLetter.customer_id == customer_id,
            AccessLetter.organisation_id == who.organisation_id,
        )
    )


def of_customer(customer_id: str) -> list[Found]:
    """Return a customer's letters that nobody revoked, the newest first; one SELECT."""
    rows = _letters().where(
        AccessLetter.customer_id == customer_id, CapabilityLink.revoked_at.is_(None)
    )
    found = session().execute(rows.order_by(AccessLetter.id.desc()).limit(rules.MOST))
    return [Found(row[0], row[1], row[2], row[3] or "") for row in found]


def _letters() -> Letters:
    return (
        select(AccessLetter, CapabilityLink, Document.kind, Document.number)
        .join(CapabilityLink, CapabilityLink.id == AccessLetter.link_id)
        .outerjoin(Document, Document.id == CapabilityLink.document_id)
    )


def _found(rows: Letters) -> Found | None:
    row = session().execute(rows).one_or_none()
    return None if row is None else Found(row[0], row[1], row[2], row[3] or "")


def closed_by(house: Organisation, customer: Customer) -> Rule | None:
    """Return the rule that would keep whoever has a letter from seeing anything."""
    return portal.closed_by(organisations.standing(house, customer.portal, None))


def leads_on(link: CapabilityLink) -> bool:
    """Say whether whoever has a letter would see what it is for: that may be closed by now."""
    who = organisations.link_as_principal(link)
    if link.document_id is None:
        return who.may(Can.READ_DOCUMENTS)
    return documents.one(who, link.document_id) is not None


def addressees(customer: Customer) -> dict[str, Addressee]:
    """Return whom a letter may be for, by a key: the customer, its people, its recipients."""
    found = [("customer", Addressee(customer.email or "", customer.name, customer.language))]
    found += [
        (person.id, Addressee(person.email, person.name, person.language or customer.language))
        for contact, person in organisations.contacts_of(customer.id)
        if person.disabled_at is None and contact.ended_at is None
    ]
    found += [
        (one.id, Addressee(one.email or "", one.name, one.language or customer.language))
        for one in organisations.recipients_of(customer.id)
    ]
    people: dict[str, Addressee] = {}
    for key, one in found:
        if one.name not in {known.name for known in people.values()}:
            people[key] = one
    return people


def offered(who: Principal, house: Organisation, customer: Customer) -> dict[str, Document]:
    """Return the documents that a letter may be made for, by id: published, released, the newest."""
    standing = organisations.standing(house, customer.portal, None)
    wanted = Filters(customer_id=customer.id, state=DocumentState.PUBLISHED)
    return {
        one.id: one
        for one in documents.page(who, wanted, None, back=False, limit=OFFERED)
        if portal.obstacle(standing, Action.VIEW, one.kind.value) is None
    }


def beside_customer(who: Principal, customer: Customer) -> dict[str, Any]:
    """Return what the box on a customer's page shows; nothing for who may not see it."""
    return {"letters": of_customer(customer.id) if who.may(Can.READ_PORTAL) else None}
