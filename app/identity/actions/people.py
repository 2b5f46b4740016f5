"""People: made, given a password and a language, shut and opened; one line for each."""

from sqlalchemy.exc import IntegrityError

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import rules
from app.identity.actions.sessions import end_all_sessions, note
from app.identity.models import Person
from app.identity.proofs import password


def register(organisation_id: str, email: str, name: str, language: str | None) -> Person:
    """Make a login; raises `Refused` for a role mailbox (B2-04) or an address in use (B2-03)."""
    email = rules.normal_email(email)
    if rules.is_role_mailbox(email):
        raise Refused(
            _(
                "%(email)s is shared by several people. A login is personal: use the person’s own "
                "address. Documents may still be sent to this address.",
                email=email,
            )
        )
    person = Person(
        id=ids.new(),
        organisation_id=organisation_id,
        email=email,
        name=name,
        language=language,
        created_at=clock.now(),
    )
    try:
        with session().begin_nested():
            session().add(person)
    except IntegrityError as error:
        raise Refused(
            _(
                "%(email)s has a login already. An address belongs to one organisation only: use "
                "another address, or have the present login removed first.",
                email=email,
            )
        ) from error
    return person


def set_password(person: Person, new: str) -> None:
    """Give a person a password; raises `Refused` with the reason where it is too weak."""
    weakness = rules.password_weakness(new, person.name, person.email.partition("@")[0])
    if weakness:
        raise Refused(weakness)
    person.password_hash = password.hashed(new)
    by = journal.Actor("person", person.id, person.name)
    note(person, "person.password_changed", by)


def choose_language(person: Person, language: str) -> None:
    """Remember the language a person reads."""
    person.language = language


def disable(person: Person, who: Principal) -> None:
    """Shut a login: its sessions end with this transaction (ASVS 7.4.2)."""
    person.disabled_at = clock.now()
    end_all_sessions(person, who.actor)
    note(person, "person.disabled", who.actor)


def enable(person: Person, who: Principal) -> None:
    """Open a login again."""
    person.disabled_at = None
    note(person, "person.enabled", who.actor)
