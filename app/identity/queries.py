"""Every look-up of people, sessions, codes, links and keys."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import false, select, true

from app.access.principal import Principal
from app.core import clock, tokens
from app.core.db import session
from app.identity import rules
from app.identity.models import ApiKey, CapabilityLink, LoginSession, MailedCode, Person


def person_by_id(person_id: str) -> Person | None:
    """Return a person; for jobs and for the principal."""
    return session().get(Person, person_id)


def person_by_email(email: str) -> Person | None:
    """Return the one person with an address, in the whole installation."""
    return session().scalar(select(Person).where(Person.email == rules.normal_email(email)))


def person_of(who: Principal) -> Person | None:
    """Return the person behind a principal; None for a guest."""
    return None if who.is_guest else session().get(Person, who.id)


def live_session(token: str) -> LoginSession | None:
    """Return the session that a cookie's token opens, as long as it is alive."""
    found = session().scalar(
        select(LoginSession).where(LoginSession.token_hash == tokens.fingerprint(token))
    )
    return found if found is not None and _is_alive(found, clock.now()) else None


def sessions_of(who: Principal) -> list[LoginSession]:
    """Return the living sessions of a person, the newest first."""
    rows = select(LoginSession).where(LoginSession.person_id == who.id)
    now = clock.now()
    newest = session().scalars(rows.order_by(LoginSession.id.desc()).limit(100))
    return [found for found in newest if _is_alive(found, now)]


def own_session(who: Principal, session_id: str) -> LoginSession | None:
    """Return one living session of the person who asks."""
    return next((one for one in sessions_of(who) if one.id == session_id), None)


def code_by_id(code_id: str) -> MailedCode | None:
    """Return a mailed code."""
    return session().get(MailedCode, code_id)


def link_by_id(link_id: str) -> CapabilityLink | None:
    """Return a link; for jobs and for the principal."""
    return session().get(CapabilityLink, link_id)


def link_by_token(token: str) -> CapabilityLink | None:
    """Return the link that a token stands for, open or not."""
    return session().scalar(
        select(CapabilityLink).where(CapabilityLink.token_hash == tokens.fingerprint(token))
    )


MOST_LINKS = 100
"""Links that are looked at for one customer and document: there are as many as recipients."""


def open_links(customer_ids: Sequence[str], lineage_id: str | None) -> list[CapabilityLink]:
    """Return the open links to one document of customers, and to all of them; the newest first.

    Without a document: the open links to any.
    """
    is_meant = (CapabilityLink.lineage_id == lineage_id) | CapabilityLink.lineage_id.is_(None)
    rows = select(CapabilityLink).where(
        CapabilityLink.customer_id.in_(customer_ids),
        true() if lineage_id is None else is_meant,
        CapabilityLink.revoked_at.is_(None),
        CapabilityLink.expires_at > clock.now(),
    )
    return list(session().scalars(rows.order_by(CapabilityLink.id.desc()).limit(MOST_LINKS)))


def link_of(who: Principal, customer_id: str, link_id: str) -> CapabilityLink | None:
    """Return one link of one customer, for staff."""
    rows = select(CapabilityLink).where(
        CapabilityLink.id == link_id,
        CapabilityLink.customer_id == customer_id,
        CapabilityLink.organisation_id == who.organisation_id,
        ~false() if who.is_staff else false(),
    )
    return session().scalar(rows)


def api_keys(who: Principal) -> list[ApiKey]:
    """Return the keys of the principal's organisation, those in use first, then the newest."""
    rows = select(ApiKey).where(ApiKey.organisation_id == who.organisation_id)
    rows = rows.where(~false() if who.is_staff else false())
    order = (ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
    return list(session().scalars(rows.order_by(*order)))


def api_key(who: Principal, key_id: str) -> ApiKey | None:
    """Return one key of the principal's organisation."""
    return next((one for one in api_keys(who) if one.id == key_id), None)


def _is_alive(one: LoginSession, now: datetime) -> bool:
    return rules.is_session_alive(now, one.last_seen_at, one.ends_at, one.ended_at)
