"""A customer's own people: asked in, given rights, ended, opened again, looked through."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, update

from app.access.principal import Principal
from app.core import clock, counters, journal, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import actions as identity
from app.identity.models import Person
from app.organisations import queries
from app.organisations.actions.lines import note
from app.organisations.models import Contact, Customer
from app.organisations.rules import granting

TELL_OF_END = "contacts.tell_of_end"
"""The promise to tell both sides that a delegation is about to end."""
MORNING = time(8)


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
    note("contact.added", by, customer.organisation_id, ("customer", customer.id), whom=name)
    return person


def admit(
    customer: Customer,
    by: journal.Actor,
    *,
    email: str,
    name: str,
    language: str | None,
    rights: frozenset[str],
    ends_on: date | None,
) -> Person:
    """Give somebody who asked for it a login; never the first contact, and with no right but `rights`.

    Raises `Refused` (B2-03, B2-04).
    """
    _refuse_blind(rights)
    _refuse_past(ends_on, customer.organisation_id)
    person = identity.register(customer.organisation_id, email, name, language)
    session().add(
        Contact(
            person_id=person.id,
            organisation_id=customer.organisation_id,
            customer_id=customer.id,
            rights=granting.stored(rights),
            ends_on=ends_on,
        )
    )
    session().flush()
    _promise_notice(person.id, customer.organisation_id, ends_on)
    note("contact.added", by, customer.organisation_id, ("customer", customer.id), whom=name)
    return person


def invite(
    customer: Customer,
    who: Principal,
    *,
    email: str,
    name: str,
    language: str | None,
    rights: frozenset[str],
    ends_on: date | None,
) -> Person:
    """Let the primary contact ask somebody in; raises `Refused` (B2-03, B2-04, K-05)."""
    _refuse_closed(customer)
    _refuse_rights(who, rights, before=frozenset())
    _refuse_past(ends_on, customer.organisation_id)
    key = f"contact-invitations:{customer.id}"
    if not counters.allow(key, granting.INVITATIONS_PER_DAY, timedelta(days=1)):
        raise Refused(_("No more people can be invited today. Go on tomorrow."))
    person = identity.register(customer.organisation_id, email, name, language)
    session().add(
        Contact(
            person_id=person.id,
            organisation_id=customer.organisation_id,
            customer_id=customer.id,
            rights=granting.stored(rights),
            ends_on=ends_on,
            invited_by=who.name[:200],
        )
    )
    session().flush()
    _promise_notice(person.id, customer.organisation_id, ends_on)
    journal.announce(
        "contact.invited",
        who.actor,
        organisation_id=customer.organisation_id,
        about=("person", person.id),
        customer=customer.id,
        whom=name,
    )
    return person


def change_rights(
    one: Contact, who: Principal, *, rights: frozenset[str], ends_on: date | None
) -> None:
    """Give a person other rights and another last day; raises `Refused`, for one's own among others."""
    if one.person_id == who.id:
        raise Refused(_("Nobody changes their own rights."))
    before = granting.given(one.rights)
    _refuse_rights(who, rights, before)
    if one.is_primary and ends_on is not None:
        raise Refused(_("The first contact has no last day. Make somebody else the first contact."))
    if ends_on != one.ends_on:
        _refuse_past(ends_on, one.organisation_id)
        _promise_notice(one.person_id, one.organisation_id, ends_on)
    if rights == before and ends_on == one.ends_on:
        return
    one.rights, one.ends_on = granting.stored(rights), ends_on
    until = ends_on.isoformat() if ends_on else ""
    _line("contact.rights_changed", one, who, rights=sorted(rights), until=until)


def end(one: Contact, person: Person, who: Principal) -> None:
    """End a person's access at once, sessions too; raises `Refused` for oneself and where it is ended."""
    if one.person_id == who.id:
        raise Refused(_("You cannot end your own access. Ask the organisation."))
    if not _move(one, Contact.ended_at.is_(None), ended_at=clock.now()):
        raise Refused(_("This access was ended before."))
    identity.end_all_sessions(person, who.actor)
    _line("contact.ended", one, who)


def reopen(one: Contact, who: Principal) -> None:
    """Open a person's access again; a last day that is over is taken away."""
    if one.person_id == who.id:
        raise Refused(_("You cannot open your own access. Ask the organisation."))
    today = _today(one.organisation_id)
    is_past = one.ends_on is not None and one.ends_on < today
    over = or_(Contact.ended_at.is_not(None), Contact.ends_on < today)
    if not _move(one, over, ended_at=None, ends_on=None if is_past else one.ends_on):
        raise Refused(_("This access is open already."))
    _line("contact.reopened", one, who)


def make_primary(one: Contact, who: Principal) -> None:
    """Make somebody the customer's first contact, and nobody else; raises `Refused`."""
    queries.hold_customer(one.customer_id)
    alone = Contact.customer_id == one.customer_id, Contact.person_id != one.person_id
    session().execute(update(Contact).where(*alone).values(is_primary=False))
    lasting = Contact.ended_at.is_(None) & Contact.ends_on.is_(None) & ~Contact.is_primary
    if not _move(one, lasting, is_primary=True):
        raise Refused(_("Only somebody whose access is open and has no last day can be that."))
    _line("contact.made_primary", one, who)


def look_through(one: Contact, person: Person, who: Principal) -> None:
    """Write down that staff look through a person's eyes; raises `Refused` where they cannot sign in."""
    if person.disabled_at is not None:
        raise Refused(_("%(name)s cannot sign in, and sees nothing.", name=person.name))
    _line("contact.looked_through", one, who)


def _move(one: Contact, before: object, **values: object) -> bool:
    moved = (
        update(Contact)
        .where(Contact.person_id == one.person_id, before)  # type: ignore[arg-type]
        .values(**values)
        .returning(Contact.person_id)
    )
    return session().execute(moved).first() is not None


def _refuse_closed(customer: Customer) -> None:
    house = queries.organisation_by_id(customer.organisation_id)
    if granting.obstacle(queries.standing(house, customer.portal, None, by_link=False)):
        raise Refused(_("The portal is closed for you at present. Nobody can be invited."))


def _refuse_rights(who: Principal, rights: frozenset[str], before: frozenset[str]) -> None:
    _refuse_blind(rights)
    if not who.is_staff and not rights - before <= queries.given_to(who):
        raise Refused(_("You can give no right that you do not have yourself."))


def _refuse_blind(rights: frozenset[str]) -> None:
    if granting.is_blind(rights):
        raise Refused(
            _("Whoever may do something with a kind of document must be allowed to view it.")
        )


def _refuse_past(ends_on: date | None, organisation_id: str) -> None:
    if ends_on is not None and ends_on < _today(organisation_id):
        raise Refused(_("The last day lies in the past."))


def _promise_notice(person_id: str, organisation_id: str, ends_on: date | None) -> None:
    """Have both sides told in the morning a week before; whoever has less than that knows it now."""
    if ends_on is None:
        return
    zone = ZoneInfo(queries.organisation_by_id(organisation_id).timezone)
    delay = datetime.combine(ends_on - granting.NOTICE, MORNING, zone) - clock.now()
    if delay > timedelta(0):
        key = f"contact-end:{person_id}:{ends_on}"
        outbox.promise(
            TELL_OF_END, organisation_id=organisation_id, key=key, delay=delay, person=person_id
        )


def _today(organisation_id: str) -> date:
    return clock.today(queries.organisation_by_id(organisation_id).timezone)


def _line(name: str, one: Contact, who: Principal, **data: object) -> None:
    about = ("person", one.person_id)
    note(name, who.actor, one.organisation_id, about, customer=one.customer_id, **data)
