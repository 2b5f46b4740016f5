"""Proving who one is: by password, by a mailed code, and by a second factor after either."""

from datetime import timedelta

from sqlalchemy import delete, update

from app.core import clock, counters, ids, outbox
from app.core.db import session
from app.identity import queries, rules
from app.identity.actions import factors
from app.identity.actions.second_step import Came, admit, take_step, try_step
from app.identity.actions.sessions import Browser
from app.identity.models import (
    Factor,
    KnownDevice,
    LoginSession,
    MailedCode,
    PasswordReset,
    Person,
    SecondStep,
)
from app.identity.proofs import mailed_code, password
from app.identity.rules import Proof


def sign_in(email: str, given: str, browser: Browser) -> Came | None:
    """Return how far the right password leads, or None: the caller learns nothing more (ASVS 6.3.8).

    Whoever asks notes a failure with `noting.note_failed_sign_in`, whatever becomes of the request.
    """
    email = rules.normal_email(email)
    allowed = counters.allow(f"password:{email}", rules.PASSWORD_TRIES, rules.PASSWORD_WINDOW)
    person = queries.person_by_email(email)
    # Compared in every case: an answer that comes sooner would tell that there is no such login.
    right = password.matches(given, person.password_hash if person else None)
    is_open = person is not None and not queries.has_to_use_provider(person)
    if person is None or not right or not allowed or person.disabled_at is not None or not is_open:
        return None
    counters.forget(f"password:{email}")
    return admit(person, Proof.PASSWORD, browser)


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


def sign_in_with_code(code_id: str, answer: str, browser: Browser) -> Came | None:
    """Return how far a code leads if `answer` is it; every try counts."""
    person = spend_code(code_id, answer)
    if person is None or queries.has_to_use_provider(person):
        return None
    return admit(person, Proof.MAILED_CODE, browser)


def spend_code(code_id: str, answer: str) -> Person | None:
    """Return whose code `answer` is, and use it up; every try counts."""
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
    return person


def sign_in_with_factor(step_id: str, answer: str, browser: Browser) -> str | None:
    """Return the token of a new session if `answer` is a code of an app, or one for recovery."""
    person_id = try_step(step_id)
    if person_id is None:
        return None
    proof = factors.check(person_id, answer)
    return None if proof is None else take_step(step_id, proof, browser)


def confirm_it_is(person: Person, way: Proof, answer: str, code_id: str = "") -> bool:
    """Say whether somebody who is in showed once more that it is them; `code_id` is a mailed code's."""
    counted = f"confirm:{person.id}"
    if not counters.allow(counted, rules.CONFIRMATION_TRIES, rules.CONFIRMATION_WINDOW):
        return False
    match way:
        case Proof.PASSWORD:
            is_right = password.matches(answer, person.password_hash)
        case Proof.TOTP:
            is_right = factors.check(person.id, answer) is not None
        case Proof.MAILED_CODE:
            owner = spend_code(code_id, answer)
            is_right = owner is not None and owner.id == person.id
        case _:
            is_right = False
    if is_right:
        counters.forget(counted)
    return is_right


def sweep() -> None:
    """Forget what ended long ago: sessions, codes, steps, browsers; and counters that are over."""
    past = clock.now() - timedelta(days=30)
    session().execute(delete(LoginSession).where(LoginSession.ends_at < past))
    session().execute(delete(MailedCode).where(MailedCode.expires_at < past))
    session().execute(delete(SecondStep).where(SecondStep.expires_at < past))
    session().execute(delete(PasswordReset).where(PasswordReset.expires_at < past))
    session().execute(delete(Factor).where(Factor.confirmed_at.is_(None), Factor.created_at < past))
    unseen = clock.now() - rules.DEVICE_LIFE
    session().execute(delete(KnownDevice).where(KnownDevice.last_seen_at < unseen))
    counters.sweep()
