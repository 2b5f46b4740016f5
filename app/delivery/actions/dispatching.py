"""Make dispatches, send them again, stop them."""

from typing import Any

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import choose
from app.core.languages import gettext as _
from app.delivery import queries, rules
from app.delivery.actions.moves import move, note, promise
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.identity import actions as identity
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel, takes
from app.organisations.rules.portal import Rule, Ways

NOT_MADE = "dispatch.not_made"


def dispatch_document(document_id: str) -> None:
    """Send a published document to all its recipients, once each, and stop what it supersedes."""
    document = documents.by_id(document_id)
    if document is None or document.state is not DocumentState.PUBLISHED:
        return
    for older in documents.in_lineage(document.lineage_id):
        if older.id != document.id:
            cancel_open(older.id)
    customer = organisations.customer_by_id(document.customer_id or "")
    if customer is None:
        return
    organisation = organisations.organisation_by_id(document.organisation_id)
    for recipient in organisations.recipients_of(customer.id):
        if takes(recipient.kinds, document.kind):
            rule = _closed_by(document, customer, recipient, organisation)
            if rule is None:
                _make(document, customer, recipient, organisation)
            else:
                _note_not_made(document, recipient, rule)


def _closed_by(
    document: Document, customer: Customer, recipient: Recipient, organisation: Organisation
) -> Rule | None:
    """Return the rule for which a recipient would find nothing where the dispatch leads."""
    by_mail = recipient.channel is Channel.EMAIL
    by_link = by_mail and organisation.portal_ways is not Ways.ACCOUNT
    return organisations.portal_of(
        organisation, customer.portal, document.kind.value, by_link=by_link
    )


def _note_not_made(document: Document, recipient: Recipient, rule: Rule) -> None:
    """Write down, once, why a recipient is not told."""
    whom = recipient.email or recipient.name
    before = journal.about("document", document.id)
    if any(one.name == NOT_MADE and one.data.get("to") == whom for one in before):
        return
    journal.record(
        NOT_MADE,
        journal.SYSTEM,
        organisation_id=document.organisation_id,
        about=("document", document.id),
        version=document.version,
        to=whom,
        channel=recipient.channel.value,
        rule=rule.value,
    )


def _make(
    document: Document, customer: Customer, recipient: Recipient, organisation: Organisation
) -> None:
    """Make one dispatch; UNIQUE (document, recipient, channel) keeps it one."""
    now, dispatch_id = clock.now(), ids.new()
    by_mail = recipient.channel is Channel.EMAIL
    row = insert(Dispatch).values(
        id=dispatch_id,
        organisation_id=document.organisation_id,
        document_id=document.id,
        customer_id=customer.id,
        recipient_id=recipient.id,
        channel=recipient.channel,
        address=(recipient.email or "") if by_mail else "",
        name=recipient.name,
        language=choose(recipient.language, customer.language, organisation.language),
        number=document.number,
        number_sort=document.number_sort,
        state=State.QUEUED if by_mail else State.SUBMITTED,
        attempts=0,
        round=1,
        answer="",
        enclosed=[],
        created_at=now,
        queued_at=now,
        changed_at=now,
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Dispatch.id)).first()
    if made is not None and by_mail:
        promise(dispatch_id, document.organisation_id)


def try_again(dispatch: Dispatch, address: str, who: Principal) -> None:
    """Send again because a person says so, to a corrected address if need be (B2-13)."""
    address = address.strip().lower()
    corrected = address != dispatch.address
    values: dict[str, Any] = {"address": address}
    if corrected or dispatch.state in (State.UNDELIVERABLE, State.FAILED):
        values["round"] = Dispatch.round + 1
    if corrected:
        # Another mail server may take what the one before refused.
        values["left_out"] = None
    if corrected and dispatch.link_id:
        identity.revoke_link(dispatch.link_id)
        values["link_id"] = None
    promise(dispatch.id, dispatch.organisation_id)
    moved = move(
        dispatch,
        State.QUEUED,
        sorted(rules.RETRIABLE),
        answer="",
        queued_at=clock.now(),
        **values,
    )
    if not moved:
        raise Refused(_("This dispatch is on its way already. Nothing was changed."))
    note("dispatch.tried_again", dispatch, who.actor, corrected=corrected)


def withdraw(dispatch: Dispatch, who: Principal) -> None:
    """Stop a dispatch that has not gone out; raises `Refused` where it is too late."""
    if not move(dispatch, State.CANCELLED, sorted(rules.OPEN)):
        state = _(rules.STATE_NAMES[dispatch.state])
        raise Refused(_("This dispatch is %(state)s: it cannot be withdrawn.", state=state))
    if dispatch.link_id:
        identity.revoke_link(dispatch.link_id)
    note("dispatch.withdrawn", dispatch, who.actor)


def cancel_open(document_id: str) -> None:
    """Stop what has not gone out of a document that was withdrawn or superseded."""
    for dispatch in queries.of_document(document_id):
        if move(dispatch, State.CANCELLED, sorted(rules.OPEN)):
            note("dispatch.withdrawn", dispatch, journal.SYSTEM)
