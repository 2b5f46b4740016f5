"""A new password for whoever forgot theirs: by a letter to their own address, once."""

from datetime import timedelta

from sqlalchemy import update

from app.core import clock, counters, ids, outbox, tokens
from app.core.db import session
from app.core.errors import Missing
from app.identity import queries, rules
from app.identity.actions.people import change_password, refuse_weak
from app.identity.models import PasswordReset, Person
from app.identity.proofs import reset


def ask_for_reset(email: str) -> None:
    """Promise to mail a way to a new password; for an unknown address the same work is done for nobody."""
    email, now = rules.normal_email(email), clock.now()
    allowed = counters.allow(f"reset:{email}", rules.RESETS_PER_HOUR, timedelta(hours=1))
    person = queries.person_by_email(email)
    reachable = allowed and person is not None and person.disabled_at is None
    reset_id = ids.new()
    session().add(
        PasswordReset(
            id=reset_id,
            token_hash=tokens.fingerprint(reset.token(reset_id)),
            person_id=person.id if person is not None and reachable else None,
            created_at=now,
            expires_at=now + rules.RESET_LIFE,
        )
    )
    outbox.promise("identity.send_reset", priority=0, reset=reset_id)


def reset_password(one: PasswordReset, new: str, house_name: str) -> Person:
    """Set a new password; every session ends, a second factor is still asked for.

    Raises `Refused` where the password is too weak (the letter stays good), `Missing` where
    somebody else was faster or the person is shut out.
    """
    person = queries.person_by_id(one.person_id or "")
    if person is None or person.disabled_at is not None:
        raise Missing
    refuse_weak(person, new, house_name)
    taken = session().execute(
        update(PasswordReset)
        .where(
            PasswordReset.id == one.id,
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > clock.now(),
        )
        .values(used_at=clock.now())
        .returning(PasswordReset.id)
    )
    if taken.first() is None:
        raise Missing
    change_password(person, new, house_name, None, by_reset=True)
    return person
