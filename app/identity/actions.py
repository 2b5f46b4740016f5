"""Every write about people: register, sign in and out, codes, links; and about keys of programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock, counters, ids, journal, outbox, tokens
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import queries, rules
from app.identity.models import ApiKey, CapabilityLink, LoginSession, MailedCode, Person
from app.identity.proofs import capability, mailed_code, password


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request came from, as far as it can be known."""

    address: str
    agent: str


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
    _note(person, "person.password_changed", by)


def choose_language(person: Person, language: str) -> None:
    """Remember the language a person reads."""
    person.language = language


def disable(person: Person, who: Principal) -> None:
    """Shut a login: its sessions end with this transaction (ASVS 7.4.2)."""
    person.disabled_at = clock.now()
    end_all_sessions(person)
    _note(person, "person.disabled", who.actor)


def enable(person: Person, who: Principal) -> None:
    """Open a login again."""
    person.disabled_at = None
    _note(person, "person.enabled", who.actor)


def sign_in(email: str, given: str, browser: Browser) -> str | None:
    """Return the token of a new session, or None: the caller learns nothing more (ASVS 6.3.8)."""
    email = rules.normal_email(email)
    allowed = counters.allow(f"password:{email}", rules.PASSWORD_TRIES, rules.PASSWORD_WINDOW)
    person = queries.person_by_email(email)
    # Compared in every case: an answer that comes sooner would tell that there is no such login.
    right = password.matches(given, person.password_hash if person else None)
    if person is None or not right or not allowed or person.disabled_at is not None:
        _note_failure(person, browser)
        return None
    counters.forget(f"password:{email}")
    return _open_session(browser, person)


def ask_for_code(email: str) -> str:
    """Promise to mail a sign-in code and return its id; for an unknown address it is a decoy."""
    email = rules.normal_email(email)
    now = clock.now()
    allowed = counters.allow(f"code:{email}", rules.CODES_PER_HOUR, timedelta(hours=1))
    person = queries.person_by_email(email)
    reachable = allowed and person is not None and person.disabled_at is None
    code = MailedCode(
        id=ids.new(),
        person_id=person.id if person is not None and reachable else None,
        created_at=now,
        expires_at=now + rules.CODE_LIFE,
        tries=0,
    )
    session().add(code)
    outbox.promise("identity.send_code", priority=0, code=code.id)
    return code.id


def sign_in_with_code(code_id: str, answer: str, browser: Browser) -> str | None:
    """Return the token of a new session if `answer` is the code; every try counts."""
    now = clock.now()
    live = (
        MailedCode.id == code_id,
        MailedCode.used_at.is_(None),
        MailedCode.expires_at > now,
    )
    tried = (
        session()
        .execute(
            update(MailedCode)
            .where(*live, MailedCode.tries < rules.CODE_TRIES)
            .values(tries=MailedCode.tries + 1)
            .returning(MailedCode.person_id)
        )
        .one_or_none()
    )
    right = mailed_code.matches(answer, code_id)
    if tried is None or tried.person_id is None or not right:
        return None
    used = (
        session()
        .execute(update(MailedCode).where(*live).values(used_at=now).returning(MailedCode.id))
        .first()
    )
    person = queries.person_by_id(tried.person_id)
    if used is None or person is None or person.disabled_at is not None:
        return None
    return _open_session(browser, person)


def see(session_id: str) -> None:
    """Note that a session was used just now."""
    session().execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=clock.now())
    )


def end_session(one: LoginSession) -> None:
    """Sign one browser out; its cookie is worth nothing from now on (ASVS 7.4.1)."""
    one.ended_at = clock.now()


def end_session_by_id(session_id: str) -> None:
    """Sign out the browser that asks."""
    session().execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_all_sessions(person: Person) -> None:
    """Sign a person out everywhere."""
    session().execute(
        update(LoginSession)
        .where(LoginSession.person_id == person.id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def make_link(
    organisation_id: str,
    customer_id: str,
    lineage_id: str,
    document_id: str,
    *,
    email: str,
    name: str,
    language: str,
) -> CapabilityLink:
    """Make a link for one recipient and one document; its token follows from its id."""
    link_id, now = ids.new(), clock.now()
    link = CapabilityLink(
        id=link_id,
        token_hash=tokens.fingerprint(capability.token(link_id)),
        organisation_id=organisation_id,
        customer_id=customer_id,
        lineage_id=lineage_id,
        document_id=document_id,
        email=rules.normal_email(email),
        name=name,
        language=language,
        created_at=now,
        expires_at=now + rules.LINK_LIFE,
    )
    session().add(link)
    return link


def open_link(link: CapabilityLink, browser: Browser) -> str | None:
    """Exchange a link for a guest session; None where it is closed. Counted, never used up (UX-01)."""
    now = clock.now()
    counted = (
        session()
        .execute(
            update(CapabilityLink)
            .where(
                CapabilityLink.id == link.id,
                CapabilityLink.revoked_at.is_(None),
                CapabilityLink.expires_at > now,
            )
            .values(uses=CapabilityLink.uses + 1, last_used_at=now)
            .returning(CapabilityLink.id)
        )
        .first()
    )
    return None if counted is None else _open_session(browser, None, link)


def revoke_link(link_id: str) -> None:
    """Close a link; sessions that it opened end too."""
    now = clock.now()
    session().execute(
        update(CapabilityLink)
        .where(CapabilityLink.id == link_id, CapabilityLink.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session().execute(
        update(LoginSession)
        .where(LoginSession.link_id == link_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def make_api_key(who: Principal, name: str, scopes: Iterable[Can]) -> tuple[ApiKey, str]:
    """Make a key for a program and return it with its token, which nobody can see again."""
    token = rules.API_KEY_PREFIX + tokens.new()
    key = ApiKey(
        id=ids.new(),
        organisation_id=who.organisation_id,
        token_hash=tokens.fingerprint(token),
        name=name,
        scopes=sorted(scope.value for scope in scopes),
        created_by=who.id,
        created_at=clock.now(),
    )
    session().add(key)
    _note_key("api_key.made", key, who)
    return key, token


def revoke_api_key(key: ApiKey, who: Principal) -> None:
    """Shut a key: it opens nothing from now on. Twice is harmless."""
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        _note_key("api_key.revoked", key, who)


def use_api_key(key_id: str) -> None:
    """Note that a key was used just now."""
    session().execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=clock.now()))


def sweep() -> None:
    """Forget sessions and codes that ended long ago, and counters whose window is over."""
    past = clock.now() - timedelta(days=30)
    session().execute(delete(LoginSession).where(LoginSession.ends_at < past))
    session().execute(delete(MailedCode).where(MailedCode.expires_at < past))
    counters.sweep()


def _open_session(
    browser: Browser, person: Person | None, link: CapabilityLink | None = None
) -> str:
    token, now = tokens.new(), clock.now()
    session().add(
        LoginSession(
            id=ids.new(),
            token_hash=tokens.fingerprint(token),
            person_id=person.id if person else None,
            link_id=link.id if link else None,
            created_at=now,
            last_seen_at=now,
            ends_at=now + rules.ABSOLUTE_LIMIT,
            address=browser.address[:45],
            agent=browser.agent[:300],
        )
    )
    if person is not None:
        _note(person, "person.signed_in", journal.Actor("person", person.id, person.name))
    return token


def _note_failure(person: Person | None, browser: Browser) -> None:
    """Write one line, also where nobody has the address: both answers cost the same."""
    journal.record(
        "person.sign_in_failed",
        journal.SYSTEM,
        organisation_id=person.organisation_id if person else None,
        about=("person", person.id if person else "nobody"),
        address=browser.address,
    )


def _note_key(name: str, key: ApiKey, who: Principal) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=key.organisation_id,
        about=("api_key", key.id),
        key=key.name,
        scopes=key.scopes,
    )


def _note(person: Person, name: str, by: journal.Actor, **data: Any) -> None:
    journal.record(
        name, by, organisation_id=person.organisation_id, about=("person", person.id), **data
    )
