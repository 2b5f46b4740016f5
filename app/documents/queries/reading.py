"""Who of a customer can do what with a document: the door's own answer, and the chain that explains it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.access.principal import Principal
from app.access.proof import Demand, Method, Need
from app.core import clock
from app.core.db import session
from app.documents.models import Document
from app.documents.queries.documents import is_open, one, visible
from app.documents.rules import reading
from app.documents.rules.reading import DEEDS, Asked, Deed, Reader, Step, Verdict
from app.identity import queries as identity
from app.identity.models import CapabilityLink, Person
from app.identity.rules import is_link_open
from app.organisations import queries as organisations
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.queries import Reach
from app.organisations.rules import CustomerKind, proving
from app.organisations.rules.portal import Standing, Visible, shown
from app.sms import queries as sms


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of a customer, as the door would see them, and all that decides about them."""

    who: Principal
    reader: Reader

    def chain(self, deed: Deed, document: Document) -> list[Step]:
        """Return what every rule says about doing something with a document."""
        return list(reading.chain(self.reader, deed, _asked(document, self.who.open_on)))

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
    return Known(who, _reader(standing, who, can_enter, *_proof(customer, house)))


def link_known(link: CapabilityLink, customer: Customer, house: Organisation) -> Known:
    """Return whoever comes in by a link."""
    standing = organisations.standing(house, customer.portal, None)
    can_enter = is_link_open(clock.now(), link.expires_at, link.revoked_at)
    far = organisations.reach_of(customer)
    who = organisations.as_guest(link, house, customer.portal, customer.kind, far)
    return Known(who, _reader(standing, who, can_enter, *_proof(customer, house)))


def _reader(
    standing: Standing,
    who: Principal,
    can_enter: bool,
    demand: Demand,
    methods: frozenset[Method],
) -> Reader:
    return Reader(
        standing,
        who.customers,
        who.lineage_id,
        who.entered_id,
        sees_open=who.open_on is not None,
        can_enter=can_enter,
        demand=demand,
        methods=methods,
    )


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
    # A step-up asks for the data of whoever's person it is, not of whose document it is.
    methods = {each.id: _proof(each, house)[1] for each in reaches}
    seen = [
        _verdict(who, Deed.VIEW, document, methods[who.customer_id or ""])
        if is_found
        else Verdict.NO
        for who, is_found in _found_by([*people, *guests], document.id)
    ]
    return Readers(
        [
            (found, person, verdict if person.disabled_at is None else Verdict.NO)
            for (found, person), verdict in zip(contacts, seen, strict=False)
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


def _found_by(people: list[Principal], document_id: str) -> list[tuple[Principal, bool]]:
    """Say for each whether the document exists for them: what the door selects, in one SELECT."""
    if not people:
        return []
    asked = [visible(who).where(Document.id == document_id).exists() for who in people]
    found = session().execute(select(*asked)).one()
    return [(who, bool(is_found)) for who, is_found in zip(people, found, strict=True)]


def _asked(document: Document, day: date | None) -> Asked:
    return Asked(
        document.kind,
        document.customer_id,
        document.state,
        document.lineage_id,
        is_open=day is not None and is_open(document, day),
    )
