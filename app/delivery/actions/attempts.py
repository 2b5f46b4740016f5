"""One attempt from its beginning to what came of it, and what becomes of one whose worker died."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import update

from app.core import clock, journal, tokens
from app.core.db import session
from app.core.errors import Refused
from app.core.mail import file_name
from app.delivery import queries, rules
from app.delivery.actions import breaker, health
from app.delivery.actions.moves import hold, link_of, moments, move, note
from app.delivery.channels.adapter import Adapter, Order, Parcel, Result, Setup
from app.delivery.channels.register import ADAPTERS
from app.delivery.channels.setups import setup_of
from app.delivery.models import Attempt, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import Held, LeftOut, Outcome, State
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.identity.models import CapabilityLink
from app.organisations import queries as organisations
from app.organisations.rules import Channel
from app.organisations.rules.portal import Ways

ORDERED: Final = frozenset(
    {"dispatch.tried_again", "dispatch.released", "dispatch.channel_changed", "dispatch.hastened"}
)
"""Lines of the journal after which an attempt was somebody's wish."""


def begin(dispatch_id: str) -> Parcel | timedelta | None:
    """Open an attempt and make the parcel; a pause where it has to wait; None: there is nothing to send.

    Committed before the network is touched, so that a crash leaves a trace (`submitting`).
    """
    dispatch = queries.by_id(dispatch_id)
    if dispatch is None or dispatch.state not in rules.SENDABLE:
        return None
    document = documents.by_id(dispatch.document_id)
    assert document is not None
    if not _may_go_out(dispatch, document):
        return None
    setup = setup_of(dispatch.organisation_id, dispatch.channel)
    adapter = ADAPTERS[dispatch.channel]
    held = _to_hold(dispatch, setup)
    if held is not None:
        if not hold(dispatch, held) and dispatch.state is State.SUBMITTING:
            # Its worker died: it may have arrived, and nobody comes back to it.
            _leave_uncertain(dispatch)
        return None
    pause = adapter.pause(dispatch, document) or _wait_for_channel(dispatch)
    return pause or _open(dispatch, document, adapter, setup)


def _to_hold(dispatch: Dispatch, setup: Setup) -> Held | None:
    """Return for what a dispatch has to wait that is about to go out; None: for nothing."""
    if breaker.is_held(dispatch, channels.house_settings(dispatch.organisation_id)):
        return Held.BREAKER
    is_mailed = dispatch.channel is Channel.EMAIL
    is_blocked = is_mailed and channels.is_blocked(dispatch.organisation_id, dispatch.address)
    return None if setup.is_on and not is_blocked else Held.OBSTACLE


def _wait_for_channel(dispatch: Dispatch) -> timedelta | None:
    """Say how long to wait for a channel that is down, and that it is down."""
    pause = health.pause(dispatch.organisation_id, dispatch.channel)
    if pause is not None and move(dispatch, State.COMPONENT_DOWN, [State.QUEUED]):
        note("dispatch.component_down", dispatch, journal.SYSTEM)
    return pause


def _open(dispatch: Dispatch, document: Document, adapter: Adapter, setup: Setup) -> Parcel | None:
    token = tokens.new()
    links: list[str] = []
    order = _order(dispatch, document, setup, token, links)
    try:
        parcel: Parcel = adapter.prepare(order)
    except Refused as refusal:
        _turn_down(dispatch, token, refusal.sentence)
        return None
    started = move(
        dispatch,
        State.SUBMITTING,
        [dispatch.state],
        attempt_token=token,
        attempts=Dispatch.attempts + 1,
        link_id=links[-1] if links else None,
        enclosed=[file_name(one.name) for one in parcel.files],
        left_out=parcel.left_out,
        is_test=setup.is_test,
        held_because=None,
    )
    if not started:
        return None
    _note_attempt(dispatch, token)
    return parcel


def _order(
    dispatch: Dispatch, document: Document, setup: Setup, token: str, links: list[str]
) -> Order:
    """Return what the adapter makes a parcel of; the link that it asks for is added to `links`."""
    house = organisations.organisation_by_id(dispatch.organisation_id)
    customer = organisations.customer_by_id(dispatch.customer_id)
    recipient = organisations.recipient_by_id(dispatch.recipient_id)
    assert customer is not None
    assert recipient is not None

    def make_link() -> CapabilityLink | None:
        # Where one has to sign in, a secret would open nothing: the letter says where the document is.
        if house.portal_ways is Ways.ACCOUNT:
            return None
        link = link_of(dispatch, document)
        links.append(link.id)
        return link

    return Order(
        dispatch=dispatch,
        document=document,
        house=house,
        customer=customer,
        recipient=recipient,
        setup=setup,
        token=token,
        is_repeat=queries.may_have_arrived(dispatch),
        make_link=make_link,
    )


def _turn_down(dispatch: Dispatch, token: str, sentence: str) -> None:
    """Write down that a document cannot go out as it is: found by ourselves, before anybody (B2-13)."""
    if not move(
        dispatch,
        State.SUBMITTING,
        [dispatch.state],
        attempt_token=token,
        attempts=Dispatch.attempts + 1,
    ):
        return
    _note_attempt(dispatch, token)
    _close_attempts(dispatch, Outcome.PERMANENT, sentence)
    move(dispatch, State.REJECTED, [State.SUBMITTING], attempt_token=None, answer=sentence[:500])
    note("dispatch.rejected", dispatch, journal.SYSTEM, answer=sentence[:500])


def _note_attempt(dispatch: Dispatch, token: str) -> None:
    session().add(
        Attempt(
            dispatch_id=dispatch.id,
            position=dispatch.attempts,
            round=dispatch.round,
            token=token,
            trigger=_set_off_by(dispatch),
            address=dispatch.address,
            started_at=clock.now(),
            answer="",
        )
    )


def _may_go_out(dispatch: Dispatch, document: Document) -> bool:
    """Say whether an attempt may begin; what may not is given its true state."""
    if document.state is DocumentState.PUBLISHED:
        return dispatch.state is not State.SUBMITTING or _survive(dispatch, document)
    if dispatch.state is State.SUBMITTING:
        # What died on its way may have arrived: nobody may say that it was stopped.
        give_up(dispatch.id)
    else:
        move(dispatch, State.CANCELLED, [dispatch.state])
    return False


def _set_off_by(dispatch: Dispatch) -> str:
    """Return who ordered this attempt; nothing where Kontor does it by itself (B2-11)."""
    newest = journal.about("dispatch", dispatch.id, limit=1)
    return newest[0].actor_name if newest and newest[0].name in ORDERED else ""


def _survive(dispatch: Dispatch, document: Document) -> bool:
    """Deal with an attempt whose worker died: its answer is lost. True where it is sent again."""
    finds = ADAPTERS[dispatch.channel].find is not None
    if rules.is_tried_again(State.UNCERTAIN, document.kind, dispatch.attempts, finds=finds):
        _close_attempts(dispatch, Outcome.UNKNOWN)
        return True
    _leave_uncertain(dispatch)
    return False


def finish(parcel: Parcel, result: Result) -> bool:
    """Write down what an attempt came to; True where the dispatch has to be tried again.

    Conditional on the attempt's token: an attempt that lost its lease completes its own line only.
    """
    dispatch = queries.by_id(parcel.dispatch_id)
    assert dispatch is not None
    _close_attempt(parcel, result)
    _note_health(parcel, result)
    if _goes_without_files(dispatch, parcel, result):
        return True
    state = rules.after(result.outcome, clock.now() - dispatch.queued_at, result.told)
    moved = move(
        dispatch,
        state,
        [State.SUBMITTING],
        Dispatch.attempt_token == parcel.token,
        answer=result.answer,
        attempt_token=None,
        **_taken(dispatch, result),
        **moments(state),
    )
    if not moved:
        _accept_late(dispatch, parcel, result)
        return False
    said: dict[str, Any] = {}
    if result.outcome is Outcome.PERMANENT:
        said = {"code": result.enhanced or "", "is_hard": result.is_hard}
    note(f"dispatch.{state.value}", dispatch, journal.SYSTEM, answer=result.answer, **said)
    document = documents.by_id(dispatch.document_id)
    assert document is not None
    finds = ADAPTERS[dispatch.channel].find is not None
    return rules.is_tried_again(state, document.kind, dispatch.attempts, finds=finds)


def _taken(dispatch: Dispatch, result: Result) -> dict[str, Any]:
    """Return what is known once the other side has it: its name for it, and what it costs (B2-22)."""
    if result.outcome is not Outcome.ACCEPTED:
        return {}
    found = channels.one_of(dispatch.organisation_id, dispatch.channel)
    usual = found.cost_minor if found else None
    cost = usual if result.cost_minor is None else result.cost_minor
    # What was sent before, in an earlier round, has cost money, too.
    total = dispatch.cost_minor if cost is None else (dispatch.cost_minor or 0) + cost
    return {"provider_ref": result.provider_ref, "cost_minor": total}


def _note_health(parcel: Parcel, result: Result) -> None:
    if result.is_ours:
        return
    if result.outcome is Outcome.UNAVAILABLE:
        health.note_down(parcel.organisation_id, parcel.channel, result.answer)
    elif result.outcome is not Outcome.UNKNOWN:
        health.note_up(parcel.organisation_id, parcel.channel)


def _goes_without_files(dispatch: Dispatch, parcel: Parcel, result: Result) -> bool:
    """Have a letter that was refused for its size sent again without its files, once."""
    if result.outcome is not Outcome.PERMANENT or not parcel.files:
        return False
    is_letter = parcel.channel is Channel.EMAIL
    return (
        is_letter
        and rules.is_too_large(result.code, result.enhanced)
        and move(
            dispatch,
            State.QUEUED,
            [State.SUBMITTING],
            Dispatch.attempt_token == parcel.token,
            answer=result.answer,
            attempt_token=None,
            left_out=LeftOut.REFUSED,
        )
    )


def _accept_late(dispatch: Dispatch, parcel: Parcel, result: Result) -> None:
    """Count an acceptance that came after somebody took over, before a second parcel goes out.

    Only within its round: a letter to a corrected address, or with a new link, is another letter.
    """
    if result.outcome is not Outcome.ACCEPTED:
        return
    late = [State.QUEUED, State.UNCERTAIN, State.COMPONENT_DOWN]
    same, state = Dispatch.round == parcel.round, result.told or State.SUBMITTED
    taken = _taken(dispatch, result)
    if move(dispatch, state, late, same, answer=result.answer, **taken, **moments(state)):
        note(f"dispatch.{state.value}", dispatch, journal.SYSTEM, answer=result.answer)
        return
    # What was told meanwhile is better known; only the other side's name for it was missing.
    session().execute(
        update(Dispatch)
        .where(Dispatch.id == dispatch.id, same, Dispatch.provider_ref.is_(None))
        .values(taken)
        .execution_options(synchronize_session=False)
    )
    session().refresh(dispatch)


def give_up(dispatch_id: str) -> None:
    """Leave to staff what was tried too often to go on; what may have arrived is `uncertain`."""
    dispatch = queries.by_id(dispatch_id)
    if dispatch is None:
        return
    if move(dispatch, State.FAILED, [State.QUEUED, State.COMPONENT_DOWN]):
        note("dispatch.failed", dispatch, journal.SYSTEM)
    elif dispatch.state is State.SUBMITTING:
        _leave_uncertain(dispatch)


def _leave_uncertain(dispatch: Dispatch) -> None:
    """Leave to a person what may have arrived."""
    _close_attempts(dispatch, Outcome.UNKNOWN)
    move(dispatch, State.UNCERTAIN, [State.SUBMITTING], attempt_token=None)
    note("dispatch.uncertain", dispatch, journal.SYSTEM)


def _close_attempt(sending: Parcel, result: Result) -> None:
    session().execute(
        update(Attempt)
        .where(Attempt.dispatch_id == sending.dispatch_id, Attempt.token == sending.token)
        .values(
            finished_at=clock.now(),
            outcome=result.outcome,
            code=result.code,
            enhanced=result.enhanced,
            answer=result.answer,
            raw=result.raw,
        )
    )


def _close_attempts(dispatch: Dispatch, outcome: Outcome, answer: str = "") -> None:
    session().execute(
        update(Attempt)
        .where(Attempt.dispatch_id == dispatch.id, Attempt.outcome.is_(None))
        .values(finished_at=clock.now(), outcome=outcome, answer=answer[:500])
    )
