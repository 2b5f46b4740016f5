"""Every look-up of texts, and of what they are shown with."""

from sqlalchemy import select

from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.identity.models import CapabilityLink
from app.identity.rules import LinkPurpose
from app.texts.models import OwnText
from app.texts.rules.words import Topic, Words, standard


def own(organisation_id: str, of: Topic) -> OwnText | None:
    """Return what an organisation wrote for a topic."""
    rows = select(OwnText).where(
        OwnText.organisation_id == organisation_id,
        OwnText.kind == of.kind,
        OwnText.language == of.language,
    )
    return session().scalar(rows)


def all_own(who: Principal) -> dict[tuple[Kind, str], OwnText]:
    """Return all that the principal's organisation wrote itself, by kind and language."""
    rows = select(OwnText).where(OwnText.organisation_id == who.organisation_id)
    found = session().scalars(rows) if who.is_staff else ()
    return {(one.kind, one.language): one for one in found}


def words(found: OwnText | None, of: Topic) -> Words:
    """Return what holds for a topic: the organisation's words, the standard's where it has none."""
    usual = standard(of)
    if found is None:
        return usual
    return Words(
        subject=usual.subject if found.subject is None else found.subject,
        body=usual.body if found.body is None else found.body,
        button=usual.button if found.button is None else found.button,
        note=found.note,
    )


def words_for(organisation_id: str, of: Topic) -> Words:
    """Return what holds for a topic in an organisation; one SELECT."""
    return words(own(organisation_id, of), of)


def latest(who: Principal, kind: Kind) -> Document | None:
    """Return the newest published document of a kind: what a preview is made with."""
    rows = documents.visible(who).where(
        Document.state == State.PUBLISHED, Document.kind == kind, Document.customer_id.is_not(None)
    )
    return session().scalar(rows.order_by(Document.listed_on.desc(), Document.id.desc()).limit(1))


def portal_link(customer_id: str, address: str) -> str | None:
    """Return the id of the open link to all of a customer's documents that belongs to an address.

    Only its own: who gets some of the documents must not be handed the key to all of them.
    """
    rows = select(CapabilityLink.id).where(
        CapabilityLink.customer_id == customer_id,
        CapabilityLink.purpose == LinkPurpose.CUSTOMER,
        CapabilityLink.email == address.strip().lower(),
        CapabilityLink.revoked_at.is_(None),
        CapabilityLink.expires_at > clock.now(),
    )
    return session().scalar(rows.order_by(CapabilityLink.id.desc()).limit(1))
