"""What staff do with links: close one or all, put another one in the place of one."""

from sqlalchemy import update

from app.access.principal import Principal
from app.core import journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.models import Dispatch
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State
from app.identity import actions as identity
from app.identity import rules
from app.identity.models import CapabilityLink
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.portal.queries import addresses


def revoke(link: CapabilityLink, who: Principal) -> bool:
    """Close a link, and end the sessions that it opened; False where it was closed already."""
    if not identity.revoke_link(link.id):
        return False
    _note("link.revoked", link, who)
    return True


def renew(house: Organisation, link: CapabilityLink, who: Principal) -> CapabilityLink:
    """Put a new link in the place of one, which opens nothing from then on; returns the new one.

    Raises `Refused` where it was revoked or renewed already, or leads to nothing.
    """
    organisations.hold_customer(link.customer_id)
    document = documents.by_id(link.document_id) if link.document_id else None
    if link.purpose not in rules.RENEWABLE:
        raise Refused(_("Such a link cannot be renewed. Make another one."))
    if document is not None and document.state is State.WITHDRAWN:
        raise Refused(_("The document was withdrawn: there is nothing to open."))
    if not identity.revoke_link(link.id):
        raise Refused(_("This link was revoked or renewed already. Nothing was changed."))
    made = identity.make_link(
        link.organisation_id,
        link.customer_id,
        link.lineage_id,
        link.document_id,
        email=link.email,
        name=link.name,
        language=link.language,
        purpose=link.purpose,
        expires_at=addresses.link_end(house, document),
    )
    session().flush()
    # What was sent with the old one goes on with the new one: it is opened by it, and sent again with it.
    session().execute(
        update(Dispatch)
        .where(Dispatch.link_id == link.id)
        .values(link_id=made.id)
        .execution_options(synchronize_session=False)
    )
    _note("link.renewed", made, who)
    return made


def revoke_all_of_customer(customer: Customer, who: Principal) -> int:
    """Close all links of a customer, to its documents too; returns how many."""
    count = identity.revoke_links_of_customer(customer.id)
    about = ("customer", customer.id)
    journal.record(
        "link.all_revoked",
        who.actor,
        organisation_id=customer.organisation_id,
        about=about,
        count=count,
    )
    return count


def revoke_all_of_document(document: Document, who: Principal) -> int:
    """Close all links to a document in all its versions; returns how many."""
    count = identity.revoke_links_of_document(document.lineage_id)
    journal.record(
        "link.all_revoked",
        who.actor,
        organisation_id=document.organisation_id,
        about=("document", document.id),
        version=document.version,
        count=count,
    )
    return count


def _note(name: str, link: CapabilityLink, who: Principal) -> None:
    is_one = link.document_id is not None
    journal.record(
        name,
        who.actor,
        organisation_id=link.organisation_id,
        about=("document" if is_one else "customer", link.document_id or link.customer_id),
        to=link.email or link.name,
        purpose=link.purpose.value,
    )
