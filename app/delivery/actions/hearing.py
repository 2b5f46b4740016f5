"""What the other side tells of dispatches: kept once, folded into where each stands (B2-15)."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from sqlalchemy import func, select, update

from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Invalid
from app.core.mail import mailbox
from app.delivery.actions.moves import moments, move, note
from app.delivery.models import Dispatch, Event
from app.delivery.rules import (
    RANK,
    News,
    Response,
    State,
    answered,
    news,
    read_reference,
)
from app.documents.models import Document
from app.organisations.rules import Channel

NOT_OURS: Final = "nothing of ours"
LONGEST_KEY: Final = 200


def hear(
    told: News,
    channel: Channel,
    *,
    organisation_id: str | None,
    message_id: str | None = None,
) -> str:
    """Keep one piece of news and fold it in; returns what came of it, for the record.

    `organisation_id`: whose partner told it; None where only our own reference says so. The same news
    again, in whatever order, changes nothing (`rules.states`).
    """
    dispatch, round_ = _about(told, channel, organisation_id)
    if dispatch is None and organisation_id is None:
        return NOT_OURS
    told = _weighed(told, dispatch)
    row = insert(Event).values(
        id=ids.new(),
        organisation_id=dispatch.organisation_id if dispatch else organisation_id,
        channel=channel,
        key=told.key[:LONGEST_KEY],
        dispatch_id=dispatch and dispatch.id,
        round=round_,
        state=told.state,
        response=told.response,
        is_delay=told.is_delay,
        code=told.code[:100],
        reason=told.reason[:500],
        amount_minor=told.amount_minor,
        message_id=message_id,
        occurred_at=told.occurred_at,
        received_at=clock.now(),
    )
    if session().execute(row.on_conflict_do_nothing().returning(Event.id)).first() is None:
        return "known already"
    if dispatch is None:
        return NOT_OURS
    if round_ is not None and round_ != dispatch.round:
        return "of an earlier round"
    return _fold(dispatch, told)


def _about(
    told: News, channel: Channel, organisation_id: str | None
) -> tuple[Dispatch | None, int | None]:
    """Return the dispatch that news is about, by our own reference, else by theirs; and its round."""
    named = read_reference(told.reference) if told.reference else None
    if named is not None:
        found = session().get(Dispatch, named[0])
        is_ours = found is not None and found.channel is channel
        if found is not None and is_ours and organisation_id in (None, found.organisation_id):
            return found, named[1]
    if told.provider_ref and organisation_id:
        rows = select(Dispatch).where(
            Dispatch.organisation_id == organisation_id,
            Dispatch.channel == channel,
            Dispatch.provider_ref == told.provider_ref,
        )
        found = session().scalar(rows.limit(1))
        return found, found.round if found else None
    return None, None


def _is_about_its_recipient(told: News, dispatch: Dispatch) -> bool:
    """Say whether news is about the address that a dispatch went to, as far as it names any."""
    if not told.whom:
        return True
    ours = dispatch.address.lower()
    with suppress(Invalid):
        ours = mailbox(ours).lower()
    return ours in told.whom


def _weighed(told: News, dispatch: Dispatch | None) -> News:
    """Return news as what it is: of somebody else no news, a yes to another amount one with changes."""
    if dispatch is None:
        return told
    if not _is_about_its_recipient(told, dispatch):
        return replace(told, state=None, response=None, is_delay=False, is_hard=False)
    if told.response is not Response.ACCEPTED or told.amount_minor is None:
        return told
    document = session().get_one(Document, dispatch.document_id)
    due = document.total_minor if document.payable_minor is None else document.payable_minor
    is_other = told.amount_minor != due
    return replace(told, response=Response.CONDITIONALLY_ACCEPTED) if is_other else told


def is_expected(told: News, channel: Channel, organisation_id: str | None) -> bool:
    """Say whether news is about a dispatch that is known already."""
    return _about(told, channel, organisation_id)[0] is not None


def _fold(dispatch: Dispatch, told: News) -> str:
    """Climb to what was told, on both axes; returns the words for the record."""
    came = [_arrive(dispatch, told), _answer(dispatch, told)]
    if told.is_complaint:
        note("dispatch.complained", dispatch, journal.SYSTEM, code=told.code)
        return "complaint"
    if told.is_delay and not any(came):
        session().execute(
            update(Dispatch)
            .where(Dispatch.id == dispatch.id, Dispatch.round == dispatch.round)
            .values(is_delayed=True)
            .execution_options(synchronize_session=False)
        )
        return "delayed"
    return ", ".join(word for word in came if word) or "history"


def _arrive(dispatch: Dispatch, told: News) -> str:
    if told.state is None or news(dispatch.state, told.state) is dispatch.state:
        return ""
    below = [state for state in State if RANK[state] < RANK[told.state]]
    moved = move(
        dispatch,
        told.state,
        below,
        Dispatch.round == dispatch.round,
        answer=told.reason[:500] or told.code[:500],
        is_delayed=False,
        **moments(told.state),
    )
    if moved:
        said = {"answer": told.reason[:500], "code": told.code, "is_hard": told.is_hard}
        note(f"dispatch.{told.state.value}", dispatch, journal.SYSTEM, **said)
    return told.state.value if moved else ""


def _answer(dispatch: Dispatch, told: News) -> str:
    """Climb on the axis of the business response."""
    if told.response is None:
        return ""
    lower = [one for one in Response if answered(one, told.response) is not one]
    changed = (
        update(Dispatch)
        .where(
            Dispatch.id == dispatch.id,
            Dispatch.round == dispatch.round,
            Dispatch.response.in_(lower),
        )
        .values(response=told.response, done_at=None, answer=func.coalesce(told.reason[:500], ""))
        .returning(Dispatch.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(changed).first() is None:
        return ""
    session().refresh(dispatch)
    said = {"response": told.response.value, "answer": told.reason[:500]}
    note("dispatch.answered", dispatch, journal.SYSTEM, **said)
    return told.response.value
