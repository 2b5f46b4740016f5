"""Capability links: made, opened, revoked."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.core import clock, ids, tokens
from app.core.db import session
from app.identity import rules
from app.identity.actions.sessions import Browser, open_session
from app.identity.models import CapabilityLink, LoginSession
from app.identity.proofs import capability
from app.identity.rules import LinkPurpose


def make_link(
    organisation_id: str,
    customer_id: str,
    lineage_id: str | None,
    document_id: str | None,
    *,
    email: str,
    name: str,
    language: str,
    purpose: LinkPurpose = LinkPurpose.DISPATCH,
    expires_at: datetime | None = None,
) -> CapabilityLink:
    """Make a link to one document, or to all of a customer's; its token follows from its id.

    It is over at `expires_at`, see `rules.link_end`; where nobody says, in 30 days.
    """
    link_id, now = ids.new(), clock.now()
    link = CapabilityLink(
        id=link_id,
        token_hash=tokens.fingerprint(capability.token(link_id)),
        organisation_id=organisation_id,
        customer_id=customer_id,
        lineage_id=lineage_id,
        document_id=document_id,
        purpose=purpose,
        email=rules.normal_email(email),
        name=name,
        language=language,
        created_at=now,
        expires_at=expires_at or rules.link_end(now, rules.LINK_DAYS, None, "UTC"),
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
    return None if counted is None else open_session(browser, None, link)


def revoke_link(link_id: str) -> bool:
    """Close a link; sessions that it opened end too. False where somebody else has closed it."""
    now = clock.now()
    closed = session().execute(
        update(CapabilityLink)
        .where(CapabilityLink.id == link_id, CapabilityLink.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(CapabilityLink.id)
    )
    is_closed = closed.first() is not None
    session().execute(
        update(LoginSession)
        .where(LoginSession.link_id == link_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    return is_closed


def revoke_links_of_customer(customer_id: str) -> int:
    """Close all links of a customer, those to its documents too; returns how many were not closed yet."""
    return _revoke_all(CapabilityLink.customer_id == customer_id)


def revoke_links_of_document(lineage_id: str) -> int:
    """Close all links to a document in all its versions; returns how many were not closed yet."""
    return _revoke_all(CapabilityLink.lineage_id == lineage_id)


def _revoke_all(meant: ColumnElement[bool]) -> int:
    """Close links by one statement; sessions that they opened end too."""
    now = clock.now()
    closed: int = (
        session()
        .execute(
            update(CapabilityLink)
            .where(meant, CapabilityLink.revoked_at.is_(None))
            .values(revoked_at=now)
            .execution_options(synchronize_session=False)
        )
        .rowcount  # type: ignore[attr-defined]
    )
    session().execute(
        update(LoginSession)
        .where(
            LoginSession.link_id.in_(select(CapabilityLink.id).where(meant)),
            LoginSession.ended_at.is_(None),
        )
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    return closed
