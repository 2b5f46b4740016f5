"""Every look-up of organisations, members, customers, contacts and recipients."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, bindparam, false, func, or_, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute

from app.access.principal import Principal
from app.core import tokens
from app.core.db import session
from app.identity.models import ApiKey, CapabilityLink, LoginSession, Person
from app.organisations import rules
from app.organisations.models import Contact, Customer, Member, Organisation, Recipient


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
    """The language of a contact's customer."""


_SIGNED_IN = (
    select(LoginSession, Person, CapabilityLink, Member, Contact, Organisation, Customer.language)
    .outerjoin(Person, Person.id == LoginSession.person_id)
    .outerjoin(CapabilityLink, CapabilityLink.id == LoginSession.link_id)
    .outerjoin(Member, Member.person_id == Person.id)
    .outerjoin(Contact, Contact.person_id == Person.id)
    .outerjoin(Customer, Customer.id == Contact.customer_id)
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
    return None if row is None else SignedIn(*row)


def keyed(token: str) -> tuple[ApiKey, Organisation] | None:
    """Return the API key that a token stands for, revoked or not, and its organisation."""
    row = (
        session()
        .execute(
            select(ApiKey, Organisation)
            .join(Organisation, Organisation.id == ApiKey.organisation_id)
            .where(ApiKey.token_hash == tokens.fingerprint(token))
        )
        .one_or_none()
    )
    return None if row is None else (row.ApiKey, row.Organisation)


def organisation_by_id(organisation_id: str) -> Organisation:
    """Return a tenant; for jobs and the principal. It must exist."""
    return session().get_one(Organisation, organisation_id)


def organisation_by_slug(slug: str) -> Organisation | None:
    """Return the tenant with a short name."""
    return session().scalar(select(Organisation).where(Organisation.slug == slug))


def hold_organisation(organisation_id: str) -> None:
    """Keep others from adding to a tenant until this transaction ends (SQLite does so anyway)."""
    session().execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )


def organisation_of(who: Principal) -> Organisation:
    """Return the tenant of a principal."""
    return organisation_by_id(who.organisation_id)


def members(who: Principal) -> list[tuple[Member, Person]]:
    """Return those who work for the principal's organisation, by name."""
    rows = (
        select(Member, Person)
        .join(Person, Person.id == Member.person_id)
        .where(Member.organisation_id == who.organisation_id, _staff_only(who))
        .order_by(Person.name, Person.id)
    )
    return [(row.Member, row.Person) for row in session().execute(rows)]


def member(who: Principal, person_id: str) -> Person | None:
    """Return one member of the principal's organisation."""
    return next((person for _, person in members(who) if person.id == person_id), None)


def visible(who: Principal) -> Select[Customer]:
    """Return the customers that exist for a principal: staff's all, a customer's own."""
    rows = select(Customer).where(Customer.organisation_id == who.organisation_id)
    return rows if who.is_staff else rows.where(Customer.id == who.customer_id)


def customer(who: Principal, customer_id: str) -> Customer | None:
    """Return one customer for staff; for a customer's people there is no such page."""
    rows = visible(who).where(Customer.id == customer_id, _staff_only(who))
    return session().scalar(rows)


def own_customer(who: Principal) -> Customer | None:
    """Return the customer that a contact or a guest stands for."""
    return session().scalar(visible(who).where(Customer.id == who.customer_id))


def customer_by_id(customer_id: str) -> Customer | None:
    """Return a customer; for jobs."""
    return session().get(Customer, customer_id)


def customers(
    who: Principal,
    search: str,
    cursor: tuple[str, str] | None,
    limit: int,
    *,
    back: bool = False,
) -> list[Customer]:
    """Return a page of customers by name, beyond a keyset `cursor` (name, id).

    `search` looks at the start of number, name and mail; `back` looks towards the first name.
    """
    rows = visible(who).where(_staff_only(who))
    if search:
        rows = rows.where(or_(*(_starts_with(*sign) for sign in _signs(search))))
    place = tuple_(Customer.name_sort, Customer.id)
    if cursor is not None:
        rows = rows.where(place < cursor if back else place > cursor)
    order = (
        (Customer.name_sort.desc(), Customer.id.desc())
        if back
        else (Customer.name_sort, Customer.id)
    )
    found = list(session().scalars(rows.order_by(*order).limit(limit)))
    return found[::-1] if back else found


def customer_choices(who: Principal) -> list[Customer]:
    """Return the first 200 customers by name, for a short choice."""
    return customers(who, "", None, 200)


def customer_ids_starting_with(who: Principal, text: str) -> list[str]:
    """Return at most 50 customers whose name, number or mail begins with `text`.

    Each sign is looked up in its own index: an OR would read all customers where none fits.
    """
    mine = visible(who).where(_staff_only(who)).with_only_columns(Customer.id)
    parts = [
        mine.where(_starts_with(column, begin)).order_by(column).limit(50)
        for column, begin in _signs(text)
    ]
    found = union(*(select(part.subquery().c.id) for part in parts))
    return list(session().scalars(found.limit(50)))


def _signs(
    search: str,
) -> list[tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], str]]:
    begin = search.strip().lower()
    return [
        (Customer.name_sort, begin),
        (Customer.number, begin.upper()),
        (Customer.number, begin),
        (Customer.email, begin),
    ]


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
        _staff_only(who),
    )
    return session().scalar(rows)


def find_customer(
    organisation_id: str,
    *,
    number: str | None,
    vat_id: str | None,
    gln: str | None,
    endpoint: str | None,
    email: str | None,
) -> Customer | None:
    """Return the customer that a document names: by number, VAT id, GLN, address, mail, in this order.

    A sign that fits two customers fits none: somebody has to decide.
    """
    signs: list[
        tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], str | None]
    ] = [
        (Customer.number, number),
        (Customer.vat_id, rules.identifier(vat_id)),
        (Customer.gln, rules.identifier(gln)),
        (Customer.endpoint, endpoint),
        (Customer.email, email.lower() if email else None),
    ]
    for column, value in signs:
        if not value:
            continue
        rows = select(Customer).where(Customer.organisation_id == organisation_id, column == value)
        found = session().scalars(rows.limit(2)).all()
        if len(found) == 1:
            return found[0]
    return None


def _staff_only(who: Principal) -> ColumnElement[bool]:
    return ~false() if who.is_staff else false()


def _starts_with(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], text: str
) -> ColumnElement[bool]:
    """Compare as a range, which an index serves on both databases whatever the collation."""
    return (column >= text) & (column < text + "\U0010ffff")
