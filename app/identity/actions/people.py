"""People: made, given a password and a language, shut and opened; one line for each."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.access.principal import Principal
from app.core import clock, ids, journal, runtime
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import rules
from app.identity.actions.sessions import end_all_sessions, end_other_sessions, note
from app.identity.models import PasswordReset, Person
from app.identity.proofs import password, strength


def register(organisation_id: str, email: str, name: str, language: str | None) -> Person:
    """Make a login; raises `Refused` for a role mailbox (B2-04) or an address in use (B2-03)."""
    email = rules.normal_email(email)
    refuse_role_mailbox(email)
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


def refuse_role_mailbox(email: str) -> None:
    """Raise `Refused` where an address stands for an office: a login is personal (B2-04)."""
    if rules.is_role_mailbox(email, runtime.current().settings.role_mailboxes):
        raise Refused(
            _(
                "%(email)s is shared by several people. A login is personal: use the person’s own "
                "address. Documents may still be sent to this address.",
                email=rules.normal_email(email),
            )
        )


def set_password(person: Person, new: str, house_name: str = "") -> None:
    """Give a person a password; raises `Refused` with the reason where it is too weak."""
    _store_password(person, new, house_name)
    note(person, "person.password_changed", _themselves(person))


def change_password(
    person: Person, new: str, house_name: str, session_id: str | None, *, by_reset: bool = False
) -> None:
    """Give a person a new password in place of one that somebody else may know.

    Every session but the present one ends, ways to a new password are void, and a mail says so.
    Raises `Refused` as `set_password` does.
    """
    _store_password(person, new, house_name)
    end_other_sessions(person, session_id)
    session().execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )
    journal.announce(
        "person.password_reset" if by_reset else "person.password_changed",
        _themselves(person),
        organisation_id=person.organisation_id,
        about=("person", person.id),
    )


def refuse_weak(person: Person, new: str, house_name: str) -> None:
    """Raise `Refused` with the reason where a password is too weak for a person."""
    reason = strength.weakness(new, person.name, person.email, house_name)
    if reason:
        raise Refused(reason)


def _store_password(person: Person, new: str, house_name: str) -> None:
    refuse_weak(person, new, house_name)
    person.password_hash = password.hashed(new)


def _themselves(person: Person) -> journal.Actor:
    return journal.Actor("person", person.id, person.name)


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
