"""What readers do: open, download, ask for a new link."""

from datetime import timedelta
from typing import Final

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, counters, ids, journal
from app.core.db import insert, session
from app.delivery import queries
from app.delivery.actions.moves import another_round, move, note, promise
from app.delivery.models import Dispatch, Receipt, ReceiptKind
from app.delivery.rules import State
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.identity import actions as identity
from app.identity import queries as identity_queries
from app.identity import rules as identity_rules
from app.identity.models import CapabilityLink
from app.organisations import queries as organisations
from app.organisations.rules import Channel
from app.portal.actions import addresses as portal
from app.portal.queries import addresses

RENEWED: Final = [State.SUBMITTED, State.ACCEPTED, State.DISPATCHED, State.DELIVERED]
"""What was sent is sent anew with another link."""


def note_read(who: Principal, document: Document, kind: ReceiptKind) -> None:
    """Note that a customer's person opened or downloaded a version; the first time counts."""
    now = clock.now()
    if not _note(who.actor, document, kind):
        return
    own = Dispatch.link_id == who.id if who.is_guest else Dispatch.channel == Channel.PORTAL
    session().execute(
        update(Dispatch)
        .where(Dispatch.document_id == document.id, own, Dispatch.opened_at.is_(None))
        .values(opened_at=now)
    )


def note_fetch(link: CapabilityLink) -> None:
    """Note that something asked for a link's address. It proves no reader: machines look at mail, too."""
    document = documents.by_id(link.document_id) if link.document_id else None
    if document is not None:
        _note(journal.Actor("guest", link.id, link.name), document, ReceiptKind.FETCHED)


def _note(reader: journal.Actor, document: Document, kind: ReceiptKind) -> bool:
    """Leave a receipt and a line about it; False where there is one already."""
    row = insert(Receipt).values(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        reader_id=reader.id,
        reader_name=reader.name,
        kind=kind,
        at=clock.now(),
    )
    if session().execute(row.on_conflict_do_nothing().returning(Receipt.id)).first() is None:
        return False
    about, house_id = ("document", document.id), document.organisation_id
    if kind is ReceiptKind.OPENED:
        journal.announce(
            "document.opened",
            reader,
            organisation_id=house_id,
            about=about,
            version=document.version,
        )
    else:
        journal.record(
            f"document.{kind.value}",
            reader,
            organisation_id=house_id,
            about=about,
            version=document.version,
        )
    return True


def renew_link(link: CapabilityLink, address: str) -> None:
    """Send a new link to an address that is on the document already; else do nothing (UX-02).

    The caller answers alike in both cases: nobody learns which addresses a document has.
    """
    address = identity_rules.normal_email(address)
    if link.revoked_at is not None and not queries.is_replaced(link.id):
        return
    if link.lineage_id is None:
        _renew_address(link, address)
    for document in documents.in_lineage(link.lineage_id) if link.lineage_id else ():
        if document.state is DocumentState.PUBLISHED:
            for dispatch in queries.of_document(document.id):
                if dispatch.channel is Channel.EMAIL and dispatch.address == address:
                    _renew(dispatch)


def _renew_address(link: CapabilityLink, address: str) -> None:
    """Mail the present address of all documents to one of the customer's; none where it was revoked."""
    customer = organisations.customer_by_id(link.customer_id)
    if link.revoked_at is not None or customer is None:
        return
    to = addresses.people_of(customer).get(address)
    key, limit = f"renewal:{customer.id}:{address}", identity_rules.RENEWALS_PER_DAY
    if to is not None and counters.allow(key, limit, timedelta(days=1)):
        house = organisations.organisation_by_id(link.organisation_id)
        portal.send_anew(house, customer, to, key=ids.new())


def _renew(dispatch: Dispatch) -> None:
    """Send what was sent anew; a dispatch that failed keeps its state, and its link, for staff."""
    key, limit = f"renewal:{dispatch.id}", identity_rules.RENEWALS_PER_DAY
    present = identity_queries.link_by_id(dispatch.link_id) if dispatch.link_id else None
    if present is not None and present.revoked_at is not None:
        return
    if dispatch.state not in RENEWED or not counters.allow(key, limit, timedelta(days=1)):
        return
    old_link = dispatch.link_id
    promise(dispatch.id, dispatch.organisation_id)
    if move(
        dispatch,
        State.QUEUED,
        RENEWED,
        link_id=None,
        queued_at=clock.now(),
        **another_round(),
    ):
        if old_link:
            identity.revoke_link(old_link)
        note("dispatch.link_renewed", dispatch, journal.SYSTEM)
