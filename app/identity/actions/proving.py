"""Proving who one is: by password, by a mailed code."""

from datetime import timedelta

from sqlalchemy import delete, update

from app.core import clock, counters, ids, journal, outbox
from app.core.db import session
from app.identity import queries, rules
from app.identity.actions.sessions import Browser, open_session
from app.identity.models import LoginSession, MailedCode, Person
from app.identity.proofs import mailed_code, password


def sign_in(email: str, given: str, browser: Browser) -> str | None:
    """Return the token of a new session, or None: the caller learns nothing more (ASVS 6.3.8)."""
    email = rules.normal_email(email)
    allowed = counters.allow(f"password:{email}", rules.PASSWORD_TRIES, rules.PASSWORD_WINDOW)
    person = queries.person_by_email(email)
    # Compared in every case: an answer that comes sooner would tell that there is no such login.
    right = password.matches(given, person.password_hash if person else None)
    is_open = person is not None and not queries.has_to_use_provider(person)
    if person is None or not right or not allowed or person.disabled_at is not None or not is_open:
        _note_failure(person, browser)
        return None
    counters.forget(f"password:{email}")
    return open_session(browser, person)


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
    if queries.has_to_use_provider(person):
        return None
    return open_session(browser, person)


def _note_failure(person: Person | None, browser: Browser) -> None:
    """Write one line, also where nobody has the address: both answers cost the same."""
    journal.record(
        "person.sign_in_failed",
        journal.SYSTEM,
        organisation_id=person.organisation_id if person else None,
        about=("person", person.id if person else "nobody"),
        address=browser.address,
    )


def sweep() -> None:
    """Forget sessions and codes that ended long ago, and counters whose window is over."""
    past = clock.now() - timedelta(days=30)
    session().execute(delete(LoginSession).where(LoginSession.ends_at < past))
    session().execute(delete(MailedCode).where(MailedCode.expires_at < past))
    counters.sweep()
