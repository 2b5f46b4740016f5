"""Everything that happened to one dispatch: attempts and news, in one line of time (B2-11)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.db import session
from app.core.inbox import Message
from app.core.money import Money
from app.delivery.models import Attempt, Dispatch, Event
from app.delivery.queries.channels import events_of
from app.delivery.queries.dispatches import attempts_of
from app.delivery.rules import OUTCOME_NAMES, RESPONSE_NAMES, STATE_NAMES, Outcome, State
from app.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a dispatch's history."""

    id: str
    at: datetime
    tone: str
    word: str
    """A msgid."""
    code: str
    said: str
    by: str
    """Who or what set it off; empty: Kontor itself."""
    address: str = ""
    is_old: bool = False
    """It is about an earlier decision to send."""
    is_taken: bool = False
    """The other side has it, or had it."""


TONES = {
    Outcome.ACCEPTED: "good",
    Outcome.PERMANENT: "failed",
    Outcome.TEMPORARY: "waiting",
    Outcome.UNAVAILABLE: "attention",
    Outcome.UNKNOWN: "attention",
}
_BAD = frozenset({State.REJECTED, State.UNDELIVERABLE, State.EXPIRED})
GOING_ON = "going on"


def of_dispatch(dispatch: Dispatch) -> list[Line]:
    """Return the history of a dispatch, the newest first."""
    lines = [_tried(one, dispatch) for one in attempts_of(dispatch.id)]
    lines += [_told(one, dispatch) for one in events_of(dispatch.id)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _tried(one: Attempt, dispatch: Dispatch) -> Line:
    code = " ".join(str(part) for part in (one.code, one.enhanced) if part)
    return Line(
        id=str(one.position),
        at=one.started_at,
        tone=TONES[one.outcome] if one.outcome else "waiting",
        word=OUTCOME_NAMES[one.outcome] if one.outcome else GOING_ON,
        code=code,
        said=one.answer,
        by=one.trigger,
        address=one.address,
        is_old=one.round != dispatch.round,
        is_taken=one.outcome is Outcome.ACCEPTED,
    )


def _told(one: Event, dispatch: Dispatch) -> Line:
    word = STATE_NAMES[one.state] if one.state else one.code
    if one.response is not None:
        word = RESPONSE_NAMES[one.response]
    tone = "failed" if one.state in _BAD else "good" if one.state else "neutral"
    return Line(
        id=one.id,
        at=one.occurred_at,
        tone="attention" if one.is_delay else tone,
        word=word,
        code=one.code,
        said=one.reason,
        by=dispatch.name if one.response else "",
        is_old=one.round is not None and one.round != dispatch.round,
        is_taken=one.state is not None,
    )


def cost_of(dispatch: Dispatch, house: Organisation) -> Money | None:
    """Return what a dispatch cost; None: nobody knows (B2-22)."""
    return None if dispatch.cost_minor is None else Money(dispatch.cost_minor, house.currency)


def raw_of(dispatch: Dispatch, most: int) -> list[tuple[str, str]]:
    """Return the answers to attempts and the news about a dispatch as they came, cut to `most` characters."""
    found = [
        (one.started_at, f"{one.position}", one.raw) for one in attempts_of(dispatch.id) if one.raw
    ]
    events = events_of(dispatch.id)
    ids = {one.message_id for one in events if one.message_id}
    rows = select(Message).where(Message.id.in_(ids))
    found += [
        (one.received_at, one.key.partition(":")[2], one.raw.decode("utf-8", "replace"))
        for one in session().scalars(rows)
    ]
    found.sort(key=lambda one: one[0], reverse=True)
    return [(name, text[:most]) for _at, name, text in found]
