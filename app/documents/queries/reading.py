"""Who of a customer can do what with a document: the door's own answer, and the chain that explains it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.access.grants import Can
from app.access.principal import Principal
from app.access.rights import Action
from app.core import clock
from app.core.db import session
from app.documents.models import Document
from app.documents.queries.documents import is_open, one, visible
from app.documents.rules import reading
from app.documents.rules.reading import Asked, Reader, Step
from app.identity import queries as identity
from app.identity.models import CapabilityLink, Person
from app.identity.rules import is_link_open
from app.organisations import queries as organisations
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.queries import Reach
from app.organisations.rules.portal import Standing, Visible, shown


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of a customer, as the door would see them, and all that decides about them."""

    who: Principal
    reader: Reader

    def chain(self, action: Action, document: Document) -> list[Step]:
        """Return what every rule says about doing `action` with a document."""
        return list(reading.chain(self.reader, action, _asked(document, self.who.open_on)))

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
    return Known(who, _reader(standing, who, can_enter=person.disabled_at is None))


def link_known(link: CapabilityLink, customer: Customer, house: Organisation) -> Known:
    """Return whoever comes in by a link."""
    standing = organisations.standing(house, customer.portal, None)
    can_enter = is_link_open(clock.now(), link.expires_at, link.revoked_at)
    far = organisations.reach_of(customer)
    who = organisations.as_guest(link, house, customer.portal, customer.kind, far)
    return Known(who, _reader(standing, who, can_enter=can_enter))


def _reader(standing: Standing, who: Principal, *, can_enter: bool) -> Reader:
    return Reader(
        standing,
        who.customers,
        who.lineage_id,
        who.entered_id,
        sees_open=who.open_on is not None,
        can_enter=can_enter,
    )


@dataclass(frozen=True, slots=True)
class Readers:
    """Who of a customer can see a document: contacts and open links, each with the door's answer."""

    contacts: list[tuple[Contact, Person, bool]]
    links: list[tuple[CapabilityLink, bool]]


def readers(document: Document, customer: Customer, house: Organisation) -> Readers:
    """Return all who might see a customer's document, its main customer's people too.

    Each is asked as the door asks.
    """
    reaches = _reaches(customer)
    is_bound = all(shown(each.visible, house.portal_visible) is Visible.ENTERED for each in reaches)
    ids = [each.id for each in reaches]
    links = identity.open_links(ids, document.lineage_id if is_bound else None)
    contacts = organisations.contacts_of(*ids)
    by_id = {each.id: (house, each.portal, each.kind) for each in reaches}
    far = {each.id: found for each, found in reaches.items()}
    people = [
        organisations.as_contact(
            person, found, *by_id[found.customer_id], person.language, far[found.customer_id]
        )
        for found, person in contacts
    ]
    guests = [
        organisations.as_guest(link, *by_id[link.customer_id], far[link.customer_id])
        for link in links
    ]
    seen = _found_by([*people, *guests], document.id)
    return Readers(
        [
            (found, person, is_seen and person.disabled_at is None)
            for (found, person), is_seen in zip(contacts, seen, strict=False)
        ],
        list(zip(links, seen[len(contacts) :], strict=True)),
    )


def _reaches(customer: Customer) -> dict[Customer, Reach]:
    """Return whose people might see a customer's document, and how far: as far as that goes, no further."""
    reaches = {customer: Reach(customer.visible, customer.name)}
    main = organisations.customer_by_id(customer.parent_id) if customer.parent_id else None
    if main is not None:
        reaches[main] = Reach(main.visible, main.name, ((customer.id, customer.name),))
    return reaches


def _found_by(people: list[Principal], document_id: str) -> list[bool]:
    """Say for each whether the document exists for them: what the door selects, in one SELECT."""
    if not people:
        return []
    asked = [visible(who).where(Document.id == document_id).exists() for who in people]
    return [
        bool(is_found) and who.may(Can.READ_DOCUMENTS)
        for who, is_found in zip(people, session().execute(select(*asked)).one(), strict=True)
    ]


def _asked(document: Document, day: date | None) -> Asked:
    return Asked(
        document.kind,
        document.customer_id,
        document.state,
        document.lineage_id,
        is_open=day is not None and is_open(document, day),
    )
