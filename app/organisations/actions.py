"""Every write about organisations and those around them."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import actions as identity
from app.identity.models import Person
from app.organisations import queries, rules
from app.organisations.models import (
    Contact,
    Customer,
    KeptLogo,
    Member,
    Organisation,
    Recipient,
)
from app.organisations.rules import Channel, CustomerKind, MemberRole, RecipientRole
from app.organisations.rules.branding import Logo
from app.organisations.rules.own_data import Field, stored


def found(by: journal.Actor, *, organisation_id: str | None = None, **values: Any) -> Organisation:
    """Found a tenant; `values` are the columns of `Organisation`."""
    organisation = Organisation(id=organisation_id or ids.new(), created_at=clock.now(), **values)
    session().add(organisation)
    session().flush()
    _note("organisation.founded", by, organisation.id, ("organisation", organisation.id))
    return organisation


def change_organisation(organisation: Organisation, who: Principal, **values: Any) -> None:
    """Change what an organisation says of itself; the journal names the changed fields."""
    changed = sorted(name for name, value in values.items() if getattr(organisation, name) != value)
    for name in changed:
        setattr(organisation, name, values[name])
    if changed:
        about = ("organisation", organisation.id)
        _note("organisation.changed", who.actor, organisation.id, about, fields=changed)


def show_logo(organisation: Organisation, who: Principal, logo: Logo) -> None:
    """Show a logo whose bytes are in the store; those before stay there for mails that went out."""
    row = insert(KeptLogo).values(
        organisation_id=organisation.id,
        sha256=logo.sha256,
        ending=logo.ending,
        created_at=clock.now(),
    )
    session().execute(row.on_conflict_do_nothing())
    change_organisation(organisation, who, logo=logo.to_json())


def add_member(
    organisation_id: str,
    by: journal.Actor,
    *,
    email: str,
    name: str,
    role: MemberRole,
    language: str | None,
) -> Person:
    """Give a person a login that works for the organisation; raises `Refused` (B2-03, B2-04)."""
    person = identity.register(organisation_id, email, name, language)
    session().add(Member(person_id=person.id, organisation_id=organisation_id, role=role))
    _note("member.added", by, organisation_id, ("person", person.id), role=role.value)
    return person


def disable_member(person: Person, who: Principal) -> None:
    """Shut a member's login; nobody shuts their own, so that one administrator always remains."""
    if person.id == who.id:
        raise Refused(_("You cannot disable your own login. Ask another administrator."))
    identity.disable(person, who)


def add_customer(
    organisation_id: str,
    by: journal.Actor,
    *,
    number: str | None,
    kind: CustomerKind,
    name: str,
    **values: Any,
) -> Customer:
    """Add a customer, and itself as the recipient of its documents; raises `Refused` for a number in use."""
    email = (values.pop("email", None) or "").strip().lower() or None
    customer = Customer(
        id=ids.new(),
        organisation_id=organisation_id,
        number=number or _next_number(organisation_id),
        kind=kind,
        name=name,
        name_sort=name.lower()[:200],
        email=email,
        portal=queries.organisation_by_id(organisation_id).portal_for_new,
        created_at=clock.now(),
        **_comparable(values),
    )
    try:
        with session().begin_nested():
            session().add(customer)
    except IntegrityError as error:
        taken = _("There is a customer with the number %(number)s already.", number=customer.number)
        raise Refused(taken) from error
    _receives_own_documents(customer)
    about = ("customer", customer.id)
    _note("customer.added", by, organisation_id, about, number=customer.number)
    return customer


def _receives_own_documents(customer: Customer) -> None:
    recipient = Recipient(
        id=ids.new(),
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
        role=RecipientRole.PERSON,
        name=customer.name,
        channel=Channel.EMAIL if customer.email else Channel.PORTAL,
        email=customer.email,
        kinds=[],
    )
    session().add(recipient)


def change_customer(customer: Customer, who: Principal, **values: Any) -> None:
    """Change a customer's data; raises `Refused` for a number in use."""
    values = _comparable(values)
    values["name_sort"] = values["name"].lower()[:200]
    values["email"] = (values["email"] or "").strip().lower() or None
    changed = sorted(name for name, value in values.items() if getattr(customer, name) != value)
    number, before = values["number"], (customer.name, customer.email)
    try:
        with session().begin_nested():
            for name in changed:
                setattr(customer, name, values[name])
    except IntegrityError as error:
        taken = _("There is a customer with the number %(number)s already.", number=number)
        raise Refused(taken) from error
    if changed:
        about = ("customer", customer.id)
        _note("customer.changed", who.actor, customer.organisation_id, about, fields=changed)
    _recipient_follows(customer.id, *before, values["name"], values["email"])


def change_field(customer: Customer, field: Field, before: str, after: str) -> bool:
    """Change one of a customer's data, if it still is what it was `before`; say whether it was.

    Both values are in their one spelling, see `own_data.sound`. The caller writes the journal.
    """
    column, values = getattr(Customer, field.value), {field.value: stored(field, after)}
    name, address = customer.name, customer.email
    if field is Field.NAME:
        values["name_sort"] = after.lower()[:200]
    changed = (
        update(Customer)
        .where(Customer.id == customer.id, column.is_not_distinct_from(stored(field, before)))
        .values(values)
        .returning(Customer.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(changed).first() is None:
        return False
    session().refresh(customer)
    if field in (Field.NAME, Field.EMAIL):
        _recipient_follows(customer.id, name, address, customer.name, customer.email)
    return True


def confirm_data(customer: Customer, who: Principal) -> None:
    """Write down that a customer's data are right, as one of its people says (K-11)."""
    customer.confirmed_at = clock.now()
    _note("customer.confirmed", who.actor, customer.organisation_id, ("customer", customer.id))


def _recipient_follows(
    customer_id: str, name: str, address: str | None, new_name: str, new_address: str | None
) -> None:
    """Let the customer's own recipient go with the customer, where it was the same until now."""
    own = update(Recipient).where(
        Recipient.customer_id == customer_id,
        Recipient.role == RecipientRole.PERSON,
        Recipient.removed_at.is_(None),
    )
    if new_name != name:
        session().execute(own.where(Recipient.name == name).values(name=new_name))
    if new_address != address:
        channel = Channel.EMAIL if new_address else Channel.PORTAL
        same = Recipient.email.is_not_distinct_from(address)
        session().execute(own.where(same).values(email=new_address, channel=channel))


def add_contact(
    customer: Customer, by: journal.Actor, *, email: str, name: str, language: str | None
) -> Person:
    """Give a person of the customer a login; the first one is the primary contact."""
    person = identity.register(customer.organisation_id, email, name, language)
    session().add(
        Contact(
            person_id=person.id,
            organisation_id=customer.organisation_id,
            customer_id=customer.id,
            is_primary=not queries.contacts_of(customer.id),
        )
    )
    _note("contact.added", by, customer.organisation_id, ("customer", customer.id), whom=name)
    return person


def add_recipient(
    customer: Customer,
    by: journal.Actor,
    *,
    role: RecipientRole,
    name: str,
    channel: Channel,
    email: str | None,
    language: str | None,
    kinds: list[str],
) -> Recipient:
    """Send a customer's documents to somebody else too (B2-25); raises `Refused` (B2-20)."""
    email = (email or "").strip().lower() or None
    if channel is Channel.EMAIL and email is None:
        raise Refused(_("To send by e-mail, an e-mail address is needed."))
    recipient = Recipient(
        id=ids.new(),
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
        role=role,
        name=name,
        channel=channel,
        email=email,
        language=language,
        kinds=kinds,
    )
    session().add(recipient)
    _note("recipient.added", by, customer.organisation_id, ("customer", customer.id), whom=name)
    return recipient


def remove_recipient(recipient: Recipient, who: Principal) -> None:
    """Stop sending to a recipient; what was sent stays on record."""
    recipient.removed_at = clock.now()
    about = ("customer", recipient.customer_id)
    _note("recipient.removed", who.actor, recipient.organisation_id, about, whom=recipient.name)


def _comparable(values: dict[str, Any]) -> dict[str, Any]:
    """Write identifiers as they are compared."""
    return {
        name: rules.identifier(value) if name in ("vat_id", "gln") else value
        for name, value in values.items()
    }


def _next_number(organisation_id: str) -> str:
    """Return a number that no customer has; UNIQUE decides should two be made at once."""
    counted = select(func.count()).where(Customer.organisation_id == organisation_id)
    return f"K{(session().scalar(counted) or 0) + 1:05d}-{ids.new()[-4:]}"


def _note(
    name: str,
    by: journal.Actor,
    organisation_id: str,
    about: tuple[str, str],
    **data: Any,
) -> None:
    journal.record(name, by, organisation_id=organisation_id, about=about, **data)
