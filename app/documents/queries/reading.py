"""Who of a customer can do what with a document: the door's own answer, and the chain that explains it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.access.grants import Can
from app.access.principal import Principal
from app.access.rights import Action
from app.core import clock
from app.core.db import session
from app.documents.models import Document
from app.documents.queries.documents import one, visible
from app.documents.rules import reading
from app.documents.rules.reading import Asked, Reader, Step
from app.identity import queries as identity
from app.identity.models import CapabilityLink, Person
from app.identity.rules import is_link_open
from app.organisations import queries as organisations
from app.organisations.models import Contact, Customer, Organisation


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of a customer, as the door would see them, and all that decides about them."""

    who: Principal
    reader: Reader

    def chain(self, action: Action, document: Document) -> list[Step]:
        """Return what every rule says about doing `action` with a document."""
        return list(reading.chain(self.reader, action, _asked(document)))

    def finds(self, document: Document) -> bool:
        """Ask the door's own function whether the document exists for them."""
        return self.reader.can_enter and one(self.who, document.id) is not None

    def verdicts(self, document: Document, actions: Iterable[Action]) -> dict[Action, bool]:
        """Return the door's own answer to each action with a document, found in one SELECT."""
        is_found, kind = self.finds(document), document.kind.value
        return {
            action: is_found and self.who.may(reading.PERMISSIONS[action], kind)
            for action in actions
        }


def contact_known(found: Contact, person: Person, customer: Customer, house: Organisation) -> Known:
    """Return a contact of a customer."""
    who = organisations.contact_as_principal(house.id, person.id)
    assert who is not None
    standing = organisations.standing(house, customer.portal, found)
    return Known(who, Reader(standing, customer.id, None, person.disabled_at is None))


def link_known(link: CapabilityLink, customer: Customer, house: Organisation) -> Known:
    """Return whoever comes in by a link."""
    standing = organisations.standing(house, customer.portal, None)
    is_open = is_link_open(clock.now(), link.expires_at, link.revoked_at)
    reader = Reader(standing, customer.id, link.lineage_id, is_open)
    return Known(organisations.link_as_principal(link), reader)


@dataclass(frozen=True, slots=True)
class Readers:
    """Who of a customer can see a document: contacts and open links, each with the door's answer."""

    contacts: list[tuple[Contact, Person, bool]]
    links: list[tuple[CapabilityLink, bool]]


def readers(document: Document, customer: Customer, house: Organisation) -> Readers:
    """Return all of a customer who might see one of its documents; each is asked as the door asks."""
    contacts = organisations.contacts_of(customer.id)
    links = identity.open_links(customer.id, document.lineage_id)
    people = [
        organisations.as_contact(
            person, found, house, customer.portal, customer.kind, person.language
        )
        for found, person in contacts
    ]
    guests = [organisations.as_guest(link, house, customer.portal, customer.kind) for link in links]
    seen = _found_by([*people, *guests], document.id)
    return Readers(
        [
            (found, person, is_seen and person.disabled_at is None)
            for (found, person), is_seen in zip(contacts, seen, strict=False)
        ],
        list(zip(links, seen[len(contacts) :], strict=True)),
    )


def _found_by(people: list[Principal], document_id: str) -> list[bool]:
    """Say for each whether the document exists for them: what the door selects, in one SELECT."""
    if not people:
        return []
    asked = [visible(who).where(Document.id == document_id).exists() for who in people]
    return [
        bool(is_found) and who.may(Can.READ_DOCUMENTS)
        for who, is_found in zip(people, session().execute(select(*asked)).one(), strict=True)
    ]


def _asked(document: Document) -> Asked:
    return Asked(document.kind, document.customer_id, document.state, document.lineage_id)
