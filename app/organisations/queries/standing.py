"""Who somebody is and what is released to them: from a cookie, from a link, or looked at from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, bindparam, func, literal, select
from sqlalchemy.orm import aliased

from app.access.grants import Role
from app.access.principal import Principal
from app.access.proof import Demand, is_confirmed, is_proof_alive
from app.access.rights import Action
from app.core import clock, tokens
from app.core.db import session
from app.identity.models import CapabilityLink, LoginSession, Person
from app.identity.rules import Proof
from app.organisations.models import Contact, Customer, Member, Organisation
from app.organisations.rules import CustomerKind, portal
from app.organisations.rules.portal import Access, Rule, Standing, Visible, Ways

_NAME, _NEXT = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a customer's people see: which of its documents, and whose beside its own."""

    visible: Visible | None = None
    """Its own choice; None: as the organisation decides."""
    name: str = ""
    below: tuple[tuple[str, str], ...] = ()
    """Id and name of each sub-customer."""


def _below() -> ScalarSelect[str]:
    """Return all sub-customers of the customer of a row as one text: one statement knows everything."""
    sub = aliased(Customer)
    said = sub.id + literal(_NAME) + sub.name
    rows = select(func.aggregate_strings(said, _NEXT)).where(sub.parent_id == Customer.id)
    return rows.correlate(Customer).scalar_subquery()


def reach(visible: Visible | None, name: str | None, below: str | None) -> Reach:
    """Read what a row says of a customer and of its sub-customers, by name."""
    each = [one.split(_NAME) for one in (below or "").split(_NEXT) if one]
    return Reach(
        visible, name or "", tuple(sorted(((one[0], one[1]) for one in each), key=_by_name))
    )


def _by_name(one: tuple[str, str]) -> tuple[str, str]:
    return one[1].lower(), one[0]


def reach_of(customer: Customer) -> Reach:
    """Return how far a customer's people see; one SELECT."""
    below = session().scalar(select(_below()).where(Customer.id == customer.id))
    return reach(customer.visible, customer.name, below)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """All that a session's cookie leads to, found in one SELECT."""

    session: LoginSession
    person: Person | None
    link: CapabilityLink | None
    member: Member | None
    contact: Contact | None
    organisation: Organisation
    customer_language: str | None
    """The language of the customer that a contact or a link stands for."""
    customer_access: Access | None
    """Whether that customer has the portal."""
    customer_kind: CustomerKind | None
    customer_visible: Visible | None
    customer_name: str | None
    customer_below: str | None
    """Its sub-customers, see `reach`."""


_SIGNED_IN = (
    select(
        LoginSession,
        Person,
        CapabilityLink,
        Member,
        Contact,
        Organisation,
        Customer.language,
        Customer.portal,
        Customer.kind,
        Customer.visible,
        Customer.name,
        _below(),
    )
    .outerjoin(Person, Person.id == LoginSession.person_id)
    .outerjoin(CapabilityLink, CapabilityLink.id == LoginSession.link_id)
    .outerjoin(Member, Member.person_id == Person.id)
    .outerjoin(Contact, Contact.person_id == Person.id)
    .outerjoin(
        Customer, Customer.id == func.coalesce(Contact.customer_id, CapabilityLink.customer_id)
    )
    .join(
        Organisation,
        Organisation.id == func.coalesce(Person.organisation_id, CapabilityLink.organisation_id),
    )
    .where(LoginSession.token_hash == bindparam("token_hash"))
)
"""Made once: every request runs it."""


def signed_in(token: str) -> SignedIn | None:
    """Return what a cookie's token leads to, alive or not."""
    row = session().execute(_SIGNED_IN, {"token_hash": tokens.fingerprint(token)}).one_or_none()
    values: Sequence[Any] = () if row is None else row
    return None if row is None else SignedIn(*values)


def principal_of(found: SignedIn) -> Principal:
    """Return who a session stands for; a person who is neither member nor contact may nothing."""
    house, access = found.organisation, found.customer_access or Access.NO
    kind = found.customer_kind or CustomerKind.PRIVATE
    far = reach(found.customer_visible, found.customer_name, found.customer_below)
    if found.link is not None:
        return _present(guest(found.link, house, access, kind, far), found)
    person = found.person
    assert person is not None
    if found.contact is not None:
        language = person.language or found.customer_language
        who = contact(person, found.contact, house, access, kind, language, far)
    else:
        who = Principal(
            role=Role(found.member.role.value) if found.member else None,
            id=person.id,
            name=person.name,
            organisation_id=person.organisation_id,
            language=person.language,
        )
    return _present(who, found)


def _present(who: Principal, found: SignedIn) -> Principal:
    """Add what only a session knows: what was proved in it, and how lately."""
    one, now = found.session, clock.now()
    minutes = found.organisation.proof_idle_minutes
    is_proven = is_proof_alive(now, one.proved_at, one.proof_seen_at, minutes)
    return replace(
        who,
        session_id=one.id,
        seen_before=one.seen_before_at,
        demand=replace(who.demand, is_proven=is_proven),
        is_confirmed=is_confirmed(now, one.confirmed_at),
        must_enrol=_must_enrol(found),
    )


def _must_enrol(found: SignedIn) -> bool:
    """Say whether the organisation insists on a second factor that somebody has not set up yet.

    A guest has no account that could be secured; who came through the organisation's own provider
    was asked there for what the organisation wants.
    """
    house, person = found.organisation, found.person
    if person is None or person.has_factor or Proof.OIDC in found.session.proofs:
        return False
    return house.contacts_need_factor if found.contact is not None else house.members_need_factor


def guest(
    link: CapabilityLink,
    house: Organisation,
    access: Access,
    kind: CustomerKind,
    far: Reach,
) -> Principal:
    """Return whom a link lets in; `access`, `kind` and `far` are its customer's."""
    is_bound = portal.shown(far.visible, house.portal_visible) is Visible.ENTERED
    return Principal(
        role=Role.GUEST,
        id=link.id,
        name=link.name,
        organisation_id=link.organisation_id,
        customer_id=link.customer_id,
        lineage_id=link.lineage_id if is_bound else None,
        entered_id=link.lineage_id,
        open_on=_open_on(house, far),
        customer_name=far.name,
        below=far.below,
        language=link.language,
        rights=portal.rights(standing(house, access, None)),
        demand=_demand(house, kind),
    )


def _open_on(house: Organisation, far: Reach) -> date | None:
    is_narrow = portal.shown(far.visible, house.portal_visible) is Visible.OPEN
    return clock.today(house.timezone) if is_narrow else None


def contact(
    person: Person,
    one: Contact,
    house: Organisation,
    access: Access,
    kind: CustomerKind,
    language: str | None,
    far: Reach,
) -> Principal:
    """Return a person of a customer; `access`, `kind` and `far` are the customer's.

    Who is over is nobody's first contact.
    """
    held = standing(house, access, one)
    return Principal(
        role=Role.PRIMARY_CONTACT if one.is_primary and not held.is_over else Role.CONTACT,
        id=person.id,
        name=person.name,
        organisation_id=person.organisation_id,
        customer_id=one.customer_id,
        open_on=_open_on(house, far),
        customer_name=far.name,
        below=far.below,
        language=language,
        rights=portal.rights(held),
        demand=_demand(house, kind),
    )


def _demand(house: Organisation, kind: CustomerKind) -> Demand:
    """Return what an organisation asks of such a customer's people; nothing is proven yet."""
    return Demand(house.proof_level, is_private=kind is CustomerKind.PRIVATE)


def standing(
    house: Organisation, access: Access, one: Contact | None, *, by_link: bool | None = None
) -> Standing:
    """Return all that decides about a contact of a customer; about a guest by link where there is none.

    With `by_link` False and no contact: about anybody who would sign in with everything given.
    """
    granted = one.rights if one is not None else None
    return Standing(
        is_on=house.portal_is_on,
        actions=frozenset(house.portal_actions),
        kinds=frozenset(house.portal_kinds),
        access=access,
        is_open=house.portal_is_open,
        ways=house.portal_ways,
        by_link=one is None if by_link is None else by_link,
        granted=None if granted is None else frozenset(granted),
        is_over=one is not None and is_over(one, clock.today(house.timezone)),
    )


def of_customer(house: Organisation, access: Access) -> Standing:
    """Return what decides about a customer's person of whom nothing is known, in a way that is open."""
    by_link = house.portal_ways is not Ways.ACCOUNT
    return replace(standing(house, access, None), by_link=by_link)


def portal_of(house: Organisation, access: Access, kind: str, *, by_link: bool) -> Rule | None:
    """Return the first rule that keeps a customer's people from seeing a kind of document."""
    found = replace(standing(house, access, None), by_link=by_link)
    return portal.obstacle(found, Action.VIEW, kind)


def obstacle_for(who: Principal) -> Rule | None:
    """Return the rule that keeps a contact or a guest from seeing anything; None where none does."""
    if who.is_guest:
        link = session().get_one(CapabilityLink, who.id)
        house, customer = _house_and_customer(link)
        return portal.closed_by(standing(house, customer.portal, None))
    row = session().execute(_of_person(who.organisation_id, who.id)).one_or_none()
    if row is None:
        return None
    _person, one, customer, house, _text = row
    return portal.closed_by(standing(house, customer.portal, one))


def is_over(one: Contact, today: date) -> bool:
    """Say whether somebody's access was ended, or its last day is past."""
    return one.ended_at is not None or (one.ends_on is not None and one.ends_on < today)


def contact_as_principal(organisation_id: str, person_id: str) -> Principal | None:
    """Return a contact of an organisation as the door would see them; None where there is none."""
    row = session().execute(_of_person(organisation_id, person_id)).one_or_none()
    if row is None:
        return None
    person, one, customer, house, below = row
    language = person.language or customer.language
    far = reach(customer.visible, customer.name, below)
    return contact(person, one, house, customer.portal, customer.kind, language, far)


def _of_person(
    organisation_id: str, person_id: str
) -> Select[Person, Contact, Customer, Organisation, str]:
    return (
        select(Person, Contact, Customer, Organisation, _below())
        .join(Contact, Contact.person_id == Person.id)
        .join(Customer, Customer.id == Contact.customer_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id == person_id, Person.organisation_id == organisation_id)
    )


def link_as_principal(link: CapabilityLink) -> Principal:
    """Return whom a link would let in, open or not."""
    house, customer = _house_and_customer(link)
    return guest(link, house, customer.portal, customer.kind, reach_of(customer))


def _house_and_customer(link: CapabilityLink) -> tuple[Organisation, Customer]:
    house = session().get_one(Organisation, link.organisation_id)
    return house, session().get_one(Customer, link.customer_id)
