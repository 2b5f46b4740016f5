"""Make dispatches, send them again, stop them."""

from typing import Any

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import choose
from app.core.languages import gettext as _
from app.delivery import rules
from app.delivery.actions.moves import another_round, move, note, promise
from app.delivery.channels.adapter import Wanted
from app.delivery.channels.register import ADAPTERS
from app.delivery.channels.setups import Setups, all_of, obstacles
from app.delivery.models import Dispatch
from app.delivery.queries import blocked, dispatches
from app.delivery.queries import channels as queries
from app.delivery.rules import Held, State
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.identity import actions as identity
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel, takes
from app.organisations.rules.portal import Rule, Ways

NOT_MADE = "dispatch.not_made"
LEADS_TO_THE_PORTAL = frozenset({Channel.EMAIL, Channel.PORTAL})
ANOTHER_ROUND = frozenset({State.REJECTED, State.UNDELIVERABLE, State.FAILED, State.EXPIRED})
"""What ended so is sent as another one; what may have arrived goes on under the same reference."""


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
    house = organisations.organisation_by_id(document.organisation_id)
    setups = all_of(house.id)
    for recipient in organisations.recipients_of(customer.id):
        if takes(recipient.kinds, document.kind):
            make(document, customer, recipient, house, setups)


def make(
    document: Document,
    customer: Customer,
    recipient: Recipient,
    house: Organisation,
    setups: Setups,
) -> None:
    """Make the dispatch of a document to a recipient, over the channel that takes it (B2-20)."""
    wanted = Wanted(document.kind, customer, recipient)
    choice = choice_for(document, wanted, house, setups)
    closed = _closed_by(document, customer, choice.channel, house)
    if closed is not None:
        _note_not_made(document, recipient, closed)
    else:
        insert_dispatch(document, wanted, house, choice, setups)


def choice_for(
    document: Document, wanted: Wanted, house: Organisation, setups: Setups
) -> rules.Choice:
    """Return which channel a document takes to somebody, and why none that came first (B2-20)."""
    own, of_house = queries.channels_by_rule(
        house.id, wanted.customer.id, document.kind.value, document.reminder_level
    )
    fallback = [Channel(one) for one in queries.house_settings(house.id).fallback]
    wishes = rules.wishes(wanted.recipient.channel, own, of_house, fallback)
    return rules.choose(wishes, obstacles(wanted, setups))


def _closed_by(
    document: Document, customer: Customer, channel: Channel | None, organisation: Organisation
) -> Rule | None:
    """Return the rule for which a recipient would find nothing where the dispatch leads.

    What brings the document itself leads nowhere.
    """
    if channel not in LEADS_TO_THE_PORTAL:
        return None
    by_link = channel is Channel.EMAIL and organisation.portal_ways is not Ways.ACCOUNT
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


def insert_dispatch(
    document: Document,
    wanted: Wanted,
    house: Organisation,
    choice: rules.Choice,
    setups: Setups,
    *,
    over: Channel | None = None,
) -> str | None:
    """Make one dispatch and return its id; UNIQUE (document, recipient, channel) keeps it one.

    `over`: the channel that it waits for where none can take it; else the recipient's own.
    """
    now, dispatch_id = clock.now(), ids.new()
    channel = choice.channel or over or wanted.recipient.channel
    held = _held(choice, setups)
    state = State.HELD if held else State.QUEUED
    if choice.channel is Channel.PORTAL and not held:
        state = State.SUBMITTED
    row = insert(Dispatch).values(
        id=dispatch_id,
        channel=channel,
        address=ADAPTERS[channel].address(wanted) if channel in ADAPTERS else "",
        state=state,
        held_because=held,
        because=choice.because,
        passed=[{"channel": one.channel, "obstacle": one.obstacle} for one in choice.passed],
        handed_at=now if state is State.SUBMITTED else None,
        created_at=now,
        queued_at=now,
        changed_at=now,
        **_whose(document, wanted, house),
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Dispatch.id)).first()
    if made is not None and state is State.QUEUED:
        promise(dispatch_id, document.organisation_id)
    return dispatch_id if made else None


def _whose(document: Document, wanted: Wanted, house: Organisation) -> dict[str, Any]:
    """Return what a dispatch has of its document, its customer and its recipient."""
    recipient, customer = wanted.recipient, wanted.customer
    return {
        "organisation_id": document.organisation_id,
        "document_id": document.id,
        "customer_id": customer.id,
        "recipient_id": recipient.id,
        "name": recipient.name,
        "language": choose(recipient.language, customer.language, house.language),
        "number": document.number,
        "number_sort": document.number_sort,
    }


def _held(choice: rules.Choice, setups: Setups) -> Held | None:
    """Return for what a new dispatch waits; None: it goes out."""
    if choice.channel is None:
        return Held.OBSTACLE
    return Held.RELEASE if setups[choice.channel].holds else None


def try_again(dispatch: Dispatch, address: str, who: Principal) -> None:
    """Send again because a person says so, to a corrected address if need be (B2-13)."""
    address = address.strip().lower()
    is_mailed = dispatch.channel is Channel.EMAIL
    if is_mailed and queries.is_blocked(dispatch.organisation_id, address):
        raise Refused(_("Nothing is sent to this address. Lift the block first, or correct it."))
    corrected = address != dispatch.address
    values: dict[str, Any] = {"address": address}
    if corrected or dispatch.state in ANOTHER_ROUND:
        values |= another_round()
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


def send_rest(recipient: Recipient, who: Principal) -> int:
    """Send what came back from an older address to the recipient's present one; returns how many."""
    waiting = blocked.to_send_again(recipient)
    for dispatch in waiting:
        try_again(dispatch, recipient.email or "", who)
    return len(waiting)


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
    for dispatch in dispatches.of_document(document_id):
        if move(dispatch, State.CANCELLED, sorted(rules.OPEN)):
            note("dispatch.withdrawn", dispatch, journal.SYSTEM)
