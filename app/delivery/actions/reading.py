"""What readers do: open, download, ask for a new link."""

from datetime import timedelta

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, counters, ids, journal
from app.core.db import insert, session
from app.delivery import queries
from app.delivery.actions.moves import move, note, promise
from app.delivery.models import Dispatch, Receipt, ReceiptKind
from app.delivery.rules import State
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.identity import actions as identity
from app.identity import rules as identity_rules
from app.identity.models import CapabilityLink
from app.organisations.rules import Channel


def note_read(who: Principal, document: Document, kind: ReceiptKind) -> None:
    """Note that a customer's person opened or downloaded a version; the first time counts."""
    now = clock.now()
    row = insert(Receipt).values(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        reader_id=who.id,
        reader_name=who.name,
        kind=kind,
        at=now,
    )
    if session().execute(row.on_conflict_do_nothing().returning(Receipt.id)).first() is None:
        return
    _note(who, document, kind)
    own = Dispatch.link_id == who.id if who.is_guest else Dispatch.channel == Channel.PORTAL
    session().execute(
        update(Dispatch)
        .where(Dispatch.document_id == document.id, own, Dispatch.opened_at.is_(None))
        .values(opened_at=now)
    )


def _note(who: Principal, document: Document, kind: ReceiptKind) -> None:
    about, house_id = ("document", document.id), document.organisation_id
    if kind is ReceiptKind.OPENED:
        journal.announce(
            "document.opened",
            who.actor,
            organisation_id=house_id,
            about=about,
            version=document.version,
        )
    else:
        journal.record(
            f"document.{kind.value}",
            who.actor,
            organisation_id=house_id,
            about=about,
            version=document.version,
        )


def renew_link(link: CapabilityLink, address: str) -> None:
    """Send a new link to an address that is on the document already; else do nothing (UX-02).

    The caller answers alike in both cases: nobody learns which addresses a document has.
    """
    address = identity_rules.normal_email(address)
    for document in documents.in_lineage(link.lineage_id) if link.lineage_id else ():
        if document.state is DocumentState.PUBLISHED:
            for dispatch in queries.of_document(document.id):
                if dispatch.channel is Channel.EMAIL and dispatch.address == address:
                    _renew(dispatch)


def _renew(dispatch: Dispatch) -> None:
    """Send what was sent anew; a dispatch that failed keeps its state, and its link, for staff."""
    key, limit = f"renewal:{dispatch.id}", identity_rules.RENEWALS_PER_DAY
    if dispatch.state is not State.SUBMITTED or not counters.allow(key, limit, timedelta(days=1)):
        return
    old_link = dispatch.link_id
    promise(dispatch.id, dispatch.organisation_id)
    if move(
        dispatch,
        State.QUEUED,
        [State.SUBMITTED],
        round=Dispatch.round + 1,
        link_id=None,
        queued_at=clock.now(),
    ):
        if old_link:
            identity.revoke_link(old_link)
        note("dispatch.link_renewed", dispatch, journal.SYSTEM)
