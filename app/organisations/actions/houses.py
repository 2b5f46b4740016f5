"""Organisations and those who work for them."""

from typing import Any

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import actions as identity
from app.identity.models import Person
from app.organisations.actions.lines import note
from app.organisations.models import KeptLogo, Member, Organisation
from app.organisations.rules import MemberRole
from app.organisations.rules.branding import Logo


def found(by: journal.Actor, *, organisation_id: str | None = None, **values: Any) -> Organisation:
    """Found a tenant; `values` are the columns of `Organisation`."""
    organisation = Organisation(id=organisation_id or ids.new(), created_at=clock.now(), **values)
    session().add(organisation)
    session().flush()
    note("organisation.founded", by, organisation.id, ("organisation", organisation.id))
    return organisation


def change_organisation(organisation: Organisation, who: Principal, **values: Any) -> None:
    """Change what an organisation says of itself; the journal names the changed fields."""
    changed = sorted(name for name, value in values.items() if getattr(organisation, name) != value)
    for name in changed:
        setattr(organisation, name, values[name])
    if changed:
        about = ("organisation", organisation.id)
        note("organisation.changed", who.actor, organisation.id, about, fields=changed)


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
    note("member.added", by, organisation_id, ("person", person.id), role=role.value)
    return person


def disable_member(person: Person, who: Principal) -> None:
    """Shut a member's login; nobody shuts their own, so that one administrator always remains."""
    if person.id == who.id:
        raise Refused(_("You cannot disable your own login. Ask another administrator."))
    identity.disable(person, who)
