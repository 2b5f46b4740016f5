"""Every write about dispatches: make, begin, finish, try again, withdraw, note who read."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects import postgresql, sqlite

from app.access.principal import Principal
from app.core import clock, counters, ids, journal, outbox, tokens
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import choose
from app.core.languages import gettext as _
from app.delivery import queries, rules
from app.delivery.channels import email
from app.delivery.models import Attempt, Dispatch, Receipt, ReceiptKind
from app.delivery.rules import Outcome, State
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.identity import actions as identity
from app.identity import queries as identity_queries
from app.identity import rules as identity_rules
from app.identity.models import CapabilityLink
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel

SEND = "delivery.send"


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
        if rules.goes_to(recipient.kinds, document.kind):
            _make(document, customer, recipient, organisation)


def _make(
    document: Document, customer: Customer, recipient: Recipient, organisation: Organisation
) -> None:
    """Make one dispatch; UNIQUE (document, recipient, channel) keeps it one."""
    now, dispatch_id = clock.now(), ids.new()
    by_mail = recipient.channel is Channel.EMAIL
    dialect = session().get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
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
        created_at=now,
        queued_at=now,
        changed_at=now,
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Dispatch.id)).first()
    if made is not None and by_mail:
        _promise(dispatch_id, document.organisation_id)


def begin(dispatch_id: str) -> email.Sending | None:
    """Open an attempt and write the letter; None where there is nothing to send any more.

    Committed before the network is touched, so that a crash leaves a trace (`submitting`).
    """
    dispatch = queries.by_id(dispatch_id)
    if dispatch is None or dispatch.state not in rules.SENDABLE:
        return None
    document = documents.by_id(dispatch.document_id)
    assert document is not None
    if document.state is not DocumentState.PUBLISHED:
        # What died on its way may have arrived: nobody may say that it was stopped.
        if dispatch.state is State.SUBMITTING:
            give_up(dispatch_id)
        else:
            _move(dispatch, State.CANCELLED, [dispatch.state])
        return None
    if dispatch.state is State.SUBMITTING and not _survive(dispatch, document):
        return None
    token = tokens.new()
    organisation = organisations.organisation_by_id(dispatch.organisation_id)
    link = _link(dispatch, document)
    started = _move(
        dispatch,
        State.SUBMITTING,
        [dispatch.state],
        attempt_token=token,
        attempts=Dispatch.attempts + 1,
        link_id=link.id,
    )
    if not started:
        return None
    session().add(
        Attempt(
            dispatch_id=dispatch.id,
            position=dispatch.attempts,
            token=token,
            trigger=_set_off_by(dispatch),
            address=dispatch.address,
            started_at=clock.now(),
            answer="",
        )
    )
    return email.prepare(dispatch, token, document, organisation, link)


def _set_off_by(dispatch: Dispatch) -> str:
    """Return who ordered this attempt; nothing where Kontor does it by itself (B2-11)."""
    newest = journal.about("dispatch", dispatch.id, limit=1)
    return newest[0].actor_name if newest and newest[0].name == "dispatch.tried_again" else ""


def _survive(dispatch: Dispatch, document: Document) -> bool:
    """Deal with an attempt whose worker died: its answer is lost. True where it is sent again."""
    _close_attempts(dispatch, Outcome.UNKNOWN)
    if rules.is_tried_again(State.UNCERTAIN, document.kind):
        return True
    _move(dispatch, State.UNCERTAIN, [State.SUBMITTING], attempt_token=None)
    _note("dispatch.uncertain", dispatch, journal.SYSTEM)
    return False


def finish(sending: email.Sending, result: email.Result) -> bool:
    """Write down what an attempt came to; True where the dispatch has to be tried again.

    Conditional on the attempt's token: an attempt that lost its lease completes its own line only.
    """
    dispatch = queries.by_id(sending.dispatch_id)
    assert dispatch is not None
    _close_attempt(sending, result)
    state = rules.after(result.outcome, clock.now() - dispatch.queued_at)
    moved = _move(
        dispatch,
        state,
        [State.SUBMITTING],
        Dispatch.attempt_token == sending.token,
        answer=result.answer,
        attempt_token=None,
    )
    if not moved:
        _accept_late(dispatch, sending, result)
        return False
    _note(f"dispatch.{state.value}", dispatch, journal.SYSTEM, answer=result.answer)
    document = documents.by_id(dispatch.document_id)
    assert document is not None
    return rules.is_tried_again(state, document.kind)


def _accept_late(dispatch: Dispatch, sending: email.Sending, result: email.Result) -> None:
    """Count an acceptance that came after somebody took over, before a second letter goes out.

    Only within its round: a letter to a corrected address, or with a new link, is another letter.
    """
    late = [State.QUEUED, State.UNCERTAIN, State.COMPONENT_DOWN]
    same = Dispatch.round == sending.round
    if result.outcome is not Outcome.ACCEPTED:
        return
    if _move(dispatch, State.SUBMITTED, late, same, answer=result.answer):
        _note("dispatch.submitted", dispatch, journal.SYSTEM, answer=result.answer)


def give_up(dispatch_id: str) -> None:
    """Leave to staff what was tried too often to go on; what may have arrived is `uncertain`."""
    dispatch = queries.by_id(dispatch_id)
    if dispatch is None:
        return
    if _move(dispatch, State.FAILED, [State.QUEUED, State.COMPONENT_DOWN]):
        _note("dispatch.failed", dispatch, journal.SYSTEM)
    elif dispatch.state is State.SUBMITTING:
        _close_attempts(dispatch, Outcome.UNKNOWN)
        _move(dispatch, State.UNCERTAIN, [State.SUBMITTING], attempt_token=None)
        _note("dispatch.uncertain", dispatch, journal.SYSTEM)


def try_again(dispatch: Dispatch, address: str, who: Principal) -> None:
    """Send again because a person says so, to a corrected address if need be (B2-13)."""
    address = address.strip().lower()
    corrected = address != dispatch.address
    values: dict[str, Any] = {"address": address}
    if corrected or dispatch.state in (State.UNDELIVERABLE, State.FAILED):
        values["round"] = Dispatch.round + 1
    if corrected and dispatch.link_id:
        identity.revoke_link(dispatch.link_id)
        values["link_id"] = None
    _promise(dispatch.id, dispatch.organisation_id)
    moved = _move(
        dispatch,
        State.QUEUED,
        sorted(rules.RETRIABLE),
        answer="",
        queued_at=clock.now(),
        **values,
    )
    if not moved:
        raise Refused(_("This dispatch is on its way already. Nothing was changed."))
    _note("dispatch.tried_again", dispatch, who.actor, corrected=corrected)


def withdraw(dispatch: Dispatch, who: Principal) -> None:
    """Stop a dispatch that has not gone out; raises `Refused` where it is too late."""
    if not _move(dispatch, State.CANCELLED, sorted(rules.OPEN)):
        state = _(rules.STATE_NAMES[dispatch.state])
        raise Refused(_("This dispatch is %(state)s: it cannot be withdrawn.", state=state))
    if dispatch.link_id:
        identity.revoke_link(dispatch.link_id)
    _note("dispatch.withdrawn", dispatch, who.actor)


def cancel_open(document_id: str) -> None:
    """Stop what has not gone out of a document that was withdrawn or superseded."""
    for dispatch in queries.of_document(document_id):
        if _move(dispatch, State.CANCELLED, sorted(rules.OPEN)):
            _note("dispatch.withdrawn", dispatch, journal.SYSTEM)


def renew_link(link: CapabilityLink, address: str) -> None:
    """Send a new link to an address that is on the document already; else do nothing (UX-02).

    The caller answers alike in both cases: nobody learns which addresses a document has.
    """
    address = identity_rules.normal_email(address)
    for document in documents.in_lineage(link.lineage_id):
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
    _promise(dispatch.id, dispatch.organisation_id)
    if _move(
        dispatch,
        State.QUEUED,
        [State.SUBMITTED],
        round=Dispatch.round + 1,
        link_id=None,
        queued_at=clock.now(),
    ):
        if old_link:
            identity.revoke_link(old_link)
        _note("dispatch.link_renewed", dispatch, journal.SYSTEM)


def note_read(who: Principal, document: Document, kind: ReceiptKind) -> None:
    """Note that a customer's person opened or downloaded a version; the first time counts."""
    now = clock.now()
    dialect = session().get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
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
    journal.record(
        f"document.{kind.value}",
        who.actor,
        organisation_id=document.organisation_id,
        about=("document", document.id),
        version=document.version,
    )
    own = Dispatch.link_id == who.id if who.is_guest else Dispatch.channel == Channel.PORTAL
    session().execute(
        update(Dispatch)
        .where(Dispatch.document_id == document.id, own, Dispatch.opened_at.is_(None))
        .values(opened_at=now)
    )


def _link(dispatch: Dispatch, document: Document) -> CapabilityLink:
    """Return the link that the letter carries: the one of the attempt before, as long as it is open."""
    link = identity_queries.link_by_id(dispatch.link_id) if dispatch.link_id else None
    if link is not None and identity_rules.is_link_open(
        clock.now(), link.expires_at, link.revoked_at
    ):
        return link
    return identity.make_link(
        dispatch.organisation_id,
        dispatch.customer_id,
        document.lineage_id,
        document.id,
        email=dispatch.address,
        name=dispatch.name,
        language=dispatch.language,
    )


def _move(
    dispatch: Dispatch,
    target: State,
    sources: list[State],
    *conditions: ColumnElement[bool],
    **values: object,
) -> bool:
    """Change the state if it is one of `sources` and all `conditions` hold."""
    session().flush()
    change = update(Dispatch).where(
        Dispatch.id == dispatch.id, Dispatch.state.in_(sources), *conditions
    )
    moved = (
        session()
        .execute(
            change.values(state=target, changed_at=clock.now(), **values)
            .returning(Dispatch.id)
            .execution_options(synchronize_session=False)
        )
        .first()
    )
    session().refresh(dispatch)
    return moved is not None


def _close_attempt(sending: email.Sending, result: email.Result) -> None:
    session().execute(
        update(Attempt)
        .where(Attempt.dispatch_id == sending.dispatch_id, Attempt.token == sending.token)
        .values(
            finished_at=clock.now(),
            outcome=result.outcome,
            code=result.code,
            enhanced=result.enhanced,
            answer=result.answer,
        )
    )


def _close_attempts(dispatch: Dispatch, outcome: Outcome) -> None:
    session().execute(
        update(Attempt)
        .where(Attempt.dispatch_id == dispatch.id, Attempt.outcome.is_(None))
        .values(finished_at=clock.now(), outcome=outcome)
    )


def _promise(dispatch_id: str, organisation_id: str) -> None:
    key = f"send:{dispatch_id}"
    outbox.promise(SEND, organisation_id=organisation_id, key=key, dispatch=dispatch_id)
    outbox.hasten(key)


def _note(name: str, dispatch: Dispatch, by: journal.Actor, **data: Any) -> None:
    for about in (("dispatch", dispatch.id), ("document", dispatch.document_id)):
        journal.record(
            name,
            by,
            organisation_id=dispatch.organisation_id,
            about=about,
            to=dispatch.address or dispatch.name,
            channel=dispatch.channel.value,
            **data,
        )
