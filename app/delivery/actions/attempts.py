"""One attempt from its beginning to what came of it, and what becomes of one whose worker died."""

from sqlalchemy import update

from app.core import clock, journal, tokens
from app.core.db import session
from app.core.mail import file_name
from app.delivery import queries, rules
from app.delivery.actions.enclosing import pack
from app.delivery.actions.moves import link_of, move, note
from app.delivery.channels import email
from app.delivery.models import Attempt, Dispatch
from app.delivery.rules import LeftOut, Outcome, State
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.organisations import queries as organisations
from app.organisations.rules.portal import Ways


def begin(dispatch_id: str) -> email.Sending | None:
    """Open an attempt and write the letter; None where there is nothing to send any more.

    Committed before the network is touched, so that a crash leaves a trace (`submitting`).
    """
    dispatch = queries.by_id(dispatch_id)
    if dispatch is None or dispatch.state not in rules.SENDABLE:
        return None
    document = documents.by_id(dispatch.document_id)
    assert document is not None
    if not _may_go_out(dispatch, document):
        return None
    organisation = organisations.organisation_by_id(dispatch.organisation_id)
    # Where one has to sign in, a secret would open nothing: the letter says where the document is.
    has_link = organisation.portal_ways is not Ways.ACCOUNT
    token, link = tokens.new(), link_of(dispatch, document) if has_link else None
    packed = pack(dispatch, document)
    started = move(
        dispatch,
        State.SUBMITTING,
        [dispatch.state],
        attempt_token=token,
        attempts=Dispatch.attempts + 1,
        link_id=link and link.id,
        enclosed=[file_name(one.name) for one in packed.pieces],
        left_out=packed.left_out,
    )
    if not started:
        return None
    _note_attempt(dispatch, token)
    return email.prepare(dispatch, token, document, organisation, link, packed.pieces)


def _note_attempt(dispatch: Dispatch, token: str) -> None:
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
    return newest[0].actor_name if newest and newest[0].name == "dispatch.tried_again" else ""


def _survive(dispatch: Dispatch, document: Document) -> bool:
    """Deal with an attempt whose worker died: its answer is lost. True where it is sent again."""
    if rules.is_tried_again(State.UNCERTAIN, document.kind, dispatch.attempts):
        _close_attempts(dispatch, Outcome.UNKNOWN)
        return True
    _leave_uncertain(dispatch)
    return False


def finish(sending: email.Sending, result: email.Result) -> bool:
    """Write down what an attempt came to; True where the dispatch has to be tried again.

    Conditional on the attempt's token: an attempt that lost its lease completes its own line only.
    """
    dispatch = queries.by_id(sending.dispatch_id)
    assert dispatch is not None
    _close_attempt(sending, result)
    if _goes_without_files(dispatch, sending, result):
        return True
    state = rules.after(result.outcome, clock.now() - dispatch.queued_at)
    moved = move(
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
    note(f"dispatch.{state.value}", dispatch, journal.SYSTEM, answer=result.answer)
    document = documents.by_id(dispatch.document_id)
    assert document is not None
    return rules.is_tried_again(state, document.kind, dispatch.attempts)


def _goes_without_files(dispatch: Dispatch, sending: email.Sending, result: email.Result) -> bool:
    """Have a letter that was refused for its size sent again without its files, once."""
    if result.outcome is not Outcome.PERMANENT or not sending.files:
        return False
    return rules.is_too_large(result.code, result.enhanced) and move(
        dispatch,
        State.QUEUED,
        [State.SUBMITTING],
        Dispatch.attempt_token == sending.token,
        answer=result.answer,
        attempt_token=None,
        left_out=LeftOut.REFUSED,
    )


def _accept_late(dispatch: Dispatch, sending: email.Sending, result: email.Result) -> None:
    """Count an acceptance that came after somebody took over, before a second letter goes out.

    Only within its round: a letter to a corrected address, or with a new link, is another letter.
    """
    late = [State.QUEUED, State.UNCERTAIN, State.COMPONENT_DOWN]
    same = Dispatch.round == sending.round
    if result.outcome is not Outcome.ACCEPTED:
        return
    if move(dispatch, State.SUBMITTED, late, same, answer=result.answer):
        note("dispatch.submitted", dispatch, journal.SYSTEM, answer=result.answer)


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
