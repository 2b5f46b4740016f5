"""Sessions: opened by whoever has proved something, seen, ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.core import clock, ids, journal, tokens
from app.core.db import session
from app.identity import rules
from app.identity.models import CapabilityLink, LoginSession, Person
from app.identity.rules import Proof


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request came from, as far as it can be known."""

    address: str
    agent: str
    device: str = ""
    """A token that the browser keeps for years; empty where it takes no part."""


def open_session(
    browser: Browser,
    person: Person | None,
    link: CapabilityLink | None = None,
    *,
    proofs: tuple[Proof, ...] = (),
) -> str:
    """Open a session for a person or for a link, and return its token."""
    token, now = tokens.new(), clock.now()
    proved_at = now if person is not None and rules.is_two_factors(proofs) else None
    session().add(
        LoginSession(
            id=ids.new(),
            token_hash=tokens.fingerprint(token),
            person_id=person.id if person else None,
            link_id=link.id if link else None,
            created_at=now,
            last_seen_at=now,
            seen_before_at=_seen_before(person, now) if person else None,
            ends_at=now + rules.ABSOLUTE_LIMIT,
            address=browser.address[:45],
            agent=browser.agent[:300],
            proved_at=proved_at,
            proof_seen_at=proved_at,
            confirmed_at=now if person else None,
            proofs=[proof.value for proof in proofs],
        )
    )
    if person is not None:
        by = journal.Actor("person", person.id, person.name)
        note(person, "person.signed_in", by, proofs=[proof.value for proof in proofs])
    return token


def _seen_before(person: Person, now: datetime) -> datetime | None:
    """Return when the visit before ended; a second browser within a visit belongs to the same."""
    newest = select(LoginSession).where(LoginSession.person_id == person.id)
    last = session().scalar(newest.order_by(LoginSession.last_seen_at.desc()).limit(1))
    if last is None:
        return None
    is_same_visit = now - last.last_seen_at <= rules.IDLE_LIMIT
    return last.seen_before_at if is_same_visit else last.last_seen_at


def see(session_id: str, *, is_proven: bool = False) -> None:
    """Note that a session was used just now; a proof that was idle too long is not woken by it."""
    now = clock.now()
    seen: dict[str, datetime] = {"last_seen_at": now}
    if is_proven:
        seen["proof_seen_at"] = now
    session().execute(update(LoginSession).where(LoginSession.id == session_id).values(seen))


def prove(session_id: str) -> str:
    """Note that a customer's person has proved who they are; return the session's new token.

    The token changes with what it is worth (ASVS 7.2.4): hand it to `web.login.exchange`.
    """
    now = clock.now()
    return _renewed(session_id, proved_at=now, proof_seen_at=now)


def confirm(session_id: str) -> str:
    """Note that somebody showed just now that it is them; return the session's new token."""
    return _renewed(session_id, confirmed_at=clock.now())


def _renewed(session_id: str, **noted: datetime) -> str:
    token = tokens.new()
    session().execute(
        update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(token_hash=tokens.fingerprint(token), **noted)
    )
    return token


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


def end_other_sessions(person: Person, session_id: str | None) -> None:
    """Sign a person out everywhere but in one browser; with None also there."""
    others = (LoginSession.person_id == person.id, LoginSession.ended_at.is_(None))
    session().execute(
        update(LoginSession)
        .where(*others, LoginSession.id != (session_id or ""))
        .values(ended_at=clock.now())
    )


def note(person: Person, name: str, by: journal.Actor, **data: Any) -> None:
    """Write one line about a person."""
    journal.record(
        name, by, organisation_id=person.organisation_id, about=("person", person.id), **data
    )
