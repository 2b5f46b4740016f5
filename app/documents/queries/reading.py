"""Who of a customer can do what with a document: the door's own answer, and the chain that explains it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.access.principal import Principal
from app.access.proof import Demand, Method, Need
from app.core import clock
from app.core.db import session
from app.documents.models import Document
from app.documents.queries.documents import one, visible
from app.documents.rules import reading
from app.documents.rules.reading import DEEDS, Asked, Deed, Reader, Step, Verdict
from app.identity import queries as identity
from app.identity.models import CapabilityLink, Person
from app.identity.rules import is_link_open
from app.organisations import queries as organisations
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.rules import CustomerKind, proving
from app.sms import queries as sms


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of a customer, as the door would see them, and all that decides about them."""

    who: Principal
    reader: Reader

    def chain(self, deed: Deed, document: Document) -> list[Step]:
        """Return what every rule says about doing something with a document."""
        return list(reading.chain(self.reader, deed, _asked(document)))

    def finds(self, document: Document) -> bool:
        """Ask the door's own function whether the document exists for them."""
        return self.reader.can_enter and one(self.who, document.id) is not None

    def verdicts(self, document: Document, deeds: Iterable[Deed]) -> dict[Deed, Verdict]:
        """Return the door's own answer to each deed with a document, found in one SELECT."""
        is_found = self.finds(document)
        return {
            deed: _verdict(self.who, deed, document, self.reader.methods)
            if is_found
            else Verdict.NO
            for deed in deeds
        }


def _verdict(who: Principal, deed: Deed, document: Document, methods: frozenset[Method]) -> Verdict:
    """Return what the door says of a document that exists for somebody."""
    _action, permission = DEEDS[deed]
    if not who.may(permission, document.kind.value):
        return Verdict.NO
    if not who.has_to_prove(permission):
        return Verdict.YES
    return Verdict.PROOF if methods else Verdict.NO


def contact_known(found: Contact, person: Person, customer: Customer, house: Organisation) -> Known:
    """Return a contact of a customer."""
    who = organisations.contact_as_principal(house.id, person.id)
    assert who is not None
    standing = organisations.standing(house, customer.portal, found)
    can_enter = person.disabled_at is None
    return Known(who, Reader(standing, customer.id, None, can_enter, *_proof(customer, house)))


def link_known(link: CapabilityLink, customer: Customer, house: Organisation) -> Known:
    """Return whoever comes in by a link."""
    standing = organisations.standing(house, customer.portal, None)
    is_open = is_link_open(clock.now(), link.expires_at, link.revoked_at)
    reader = Reader(standing, customer.id, link.lineage_id, is_open, *_proof(customer, house))
    return Known(organisations.link_as_principal(link), reader)


def _proof(customer: Customer, house: Organisation) -> tuple[Demand, frozenset[Method]]:
    """Return what a customer's people are asked to prove, and by what they can."""
    demand = Demand(house.proof_level, is_private=customer.kind is CustomerKind.PRIVATE)
    return demand, asked_of(customer, house) or frozenset()


def asked_of(customer: Customer, house: Organisation) -> frozenset[Method] | None:
    """Return by what a customer's people can prove who they are; None where nothing asks for it."""
    demand = Demand(house.proof_level, is_private=customer.kind is CustomerKind.PRIVATE)
    needs = {demand.need(is_sensitive=is_sensitive) for is_sensitive in (False, True)}
    return _methods_of(customer, house) if Need.PROOF in needs else None


def _methods_of(customer: Customer, house: Organisation) -> frozenset[Method]:
    """Return by what a customer can prove who they are: chosen, possible, and working (PY-04)."""
    chosen = {house.proof_primary, house.proof_secondary}
    data = (customer.postcode, customer.street, customer.country, customer.mobile)
    found = proving.possible(*data) & chosen
    return found if Method.SMS not in found or sms.can_text(house) else found - {Method.SMS}


@dataclass(frozen=True, slots=True)
class Readers:
    """Who of a customer can see a document: contacts and open links, each with the door's answer."""

    contacts: list[tuple[Contact, Person, Verdict]]
    links: list[tuple[CapabilityLink, Verdict]]


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
    _demand, methods = _proof(customer, house)
    seen = [
        _verdict(who, Deed.VIEW, document, methods) if is_found else Verdict.NO
        for who, is_found in _found_by([*people, *guests], document.id)
    ]
    return Readers(
        [
            (found, person, verdict if person.disabled_at is None else Verdict.NO)
            for (found, person), verdict in zip(contacts, seen, strict=False)
        ],
        list(zip(links, seen[len(contacts) :], strict=True)),
    )


def _found_by(people: list[Principal], document_id: str) -> list[tuple[Principal, bool]]:
    """Say for each whether the document exists for them: what the door selects, in one SELECT."""
    if not people:
        return []
    asked = [visible(who).where(Document.id == document_id).exists() for who in people]
    found = session().execute(select(*asked)).one()
    return [(who, bool(is_found)) for who, is_found in zip(people, found, strict=True)]


def _asked(document: Document) -> Asked:
    return Asked(document.kind, document.customer_id, document.state, document.lineage_id)
