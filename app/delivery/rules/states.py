"""Two axes: where a dispatch stands on its way, and what its recipient says to the document.

What the other side tells may come twice, late and in any order. Each axis is therefore a ladder on
which news only climbs: the highest rung that was ever told holds, whatever the order (a join).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from app.core.languages import N_


class State(StrEnum):
    """Where a dispatch stands. Nothing is `submitted` before the other side said so (UX-09)."""

    HELD = "held"
    """Waits for somebody: to be released (B2-14), for a sound address, or while letters pause."""
    QUEUED = "queued"
    SUBMITTING = "submitting"
    COMPONENT_DOWN = "component_down"
    """Could not be transmitted: something between us and the recipient is down (B2-12)."""
    UNCERTAIN = "uncertain"
    """Handed over, but the answer was lost: it may have arrived, or not (RFC 1047)."""
    SUBMITTED = "submitted"
    """The next server or partner has it; for the portal: it can be read there."""
    ACCEPTED = "accepted"
    """The partner or the network looked at it and found nothing wrong."""
    DISPATCHED = "dispatched"
    """It left towards the recipient: printed and posted, relayed, handed on without a receipt."""
    DELIVERED = "delivered"
    """It is at the recipient: somebody who knows has said so."""
    REJECTED = "rejected"
    """Refused for what it is or for whom it is for: it has to be corrected."""
    UNDELIVERABLE = "undeliverable"
    """It was under way and did not arrive."""
    FAILED = "failed"
    """Tried for as long as is sensible."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OURS: Final = frozenset(
    {
        State.HELD,
        State.QUEUED,
        State.SUBMITTING,
        State.COMPONENT_DOWN,
        State.UNCERTAIN,
        State.FAILED,
    }
)
"""States that say what we know or do ourselves; whatever the other side tells is better known."""

RANK: Final[Mapping[State, int]] = dict.fromkeys(OURS, 0) | {
    State.SUBMITTED: 1,
    State.ACCEPTED: 2,
    State.CANCELLED: 3,
    State.EXPIRED: 4,
    State.DISPATCHED: 5,
    State.DELIVERED: 6,
    State.REJECTED: 7,
    State.UNDELIVERABLE: 8,
}
"""How far news leads. What was cancelled and yet left is dispatched; a late bounce comes last."""

TOLD: Final = frozenset(State) - OURS

_ENDS: Final = frozenset({State.REJECTED, State.UNDELIVERABLE, State.FAILED, State.EXPIRED})
_OWN: Final[Mapping[State, frozenset[State]]] = {
    State.HELD: frozenset({State.QUEUED, State.CANCELLED}),
    State.QUEUED: frozenset(
        {State.HELD, State.SUBMITTING, State.COMPONENT_DOWN, State.FAILED, State.CANCELLED}
    ),
    State.SUBMITTING: frozenset(
        {State.SUBMITTING, State.QUEUED, State.COMPONENT_DOWN, State.UNCERTAIN, State.FAILED}
    ),
    State.COMPONENT_DOWN: frozenset(
        {State.HELD, State.SUBMITTING, State.QUEUED, State.FAILED, State.CANCELLED}
    ),
    State.UNCERTAIN: frozenset({State.SUBMITTING, State.QUEUED, State.FAILED, State.CANCELLED}),
    # Sent anew, as another round: what was told about the round before counts no more.
    State.SUBMITTED: frozenset({State.QUEUED}),
    State.ACCEPTED: frozenset({State.QUEUED}),
    State.DISPATCHED: frozenset({State.QUEUED}),
    State.DELIVERED: frozenset({State.QUEUED}),
    **dict.fromkeys(_ENDS, frozenset({State.HELD, State.QUEUED, State.CANCELLED})),
    # Somebody withdrew it and then wants it sent all the same.
    State.CANCELLED: frozenset({State.QUEUED}),
}
MOVES: Final[Mapping[State, frozenset[State]]] = {
    source: _OWN[source] | {told for told in TOLD if RANK[told] > RANK[source]} for source in State
}
"""The one table: from each state the states that may follow, by our doing or by news."""


def news(state: State, told: State) -> State:
    """Return where a dispatch stands once the other side told something: `told`, or as before.

    Raises `ValueError` where `told` is a state that only we can know.
    """
    if told in OURS:
        raise ValueError(f"nobody can tell us {told}")
    return told if RANK[told] > RANK[state] else state


def sources(target: State, among: Iterable[State] = tuple(State)) -> list[State]:
    """Return the states of `among` from which `target` may follow."""
    return [source for source in among if target in MOVES[source]]


class Response(StrEnum):
    """What the recipient says to the document: the Invoice Response of Peppol BIS 63 (UNCL4343)."""

    NONE = "none"
    RECEIVED = "received"
    IN_PROCESS = "in_process"
    UNDER_QUERY = "under_query"
    CONDITIONALLY_ACCEPTED = "conditionally_accepted"
    ACCEPTED = "accepted"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    REJECTED = "rejected"


CODES: Final[Mapping[str, Response]] = {
    "AB": Response.RECEIVED,
    "IP": Response.IN_PROCESS,
    "UQ": Response.UNDER_QUERY,
    "CA": Response.CONDITIONALLY_ACCEPTED,
    "AP": Response.ACCEPTED,
    "PD": Response.PAID,
    "RE": Response.REJECTED,
}
"""The code as it travels → what it means; PD with the reason PPD is `PARTLY_PAID`."""

_ANSWERS: Final = tuple(Response)


def answered(before: Response, told: Response) -> Response:
    """Return the response once another one came: the one that leads further, whatever the order.

    A rejection holds: money that comes all the same is seen in the ledger, never here.
    """
    return max(before, told, key=_ANSWERS.index)


STATE_NAMES: Final = {
    State.HELD: N_("held"),
    State.QUEUED: N_("waiting"),
    State.SUBMITTING: N_("being sent"),
    State.COMPONENT_DOWN: N_("component down"),
    State.UNCERTAIN: N_("uncertain"),
    State.SUBMITTED: N_("sent"),
    State.ACCEPTED: N_("accepted by the partner"),
    State.DISPATCHED: N_("on its way"),
    State.DELIVERED: N_("delivered"),
    State.REJECTED: N_("turned down"),
    State.UNDELIVERABLE: N_("undeliverable"),
    State.FAILED: N_("failed"),
    State.CANCELLED: N_("withdrawn"),
    State.EXPIRED: N_("run out"),
}
STATE_MEANINGS: Final = {
    State.HELD: N_("It is not sent before somebody lets it go."),
    State.QUEUED: N_("It will be sent shortly."),
    State.SUBMITTING: N_("It is being handed over just now."),
    State.COMPONENT_DOWN: N_(
        "It could not be transmitted because a component is down. It is tried again by itself."
    ),
    State.UNCERTAIN: N_("It was handed over, but the answer was lost. It may have arrived or not."),
    State.SUBMITTED: N_("The recipient’s side has taken it."),
    State.ACCEPTED: N_("The partner has checked it and found nothing wrong."),
    State.DISPATCHED: N_("It has left towards the recipient."),
    State.DELIVERED: N_("It is at the recipient."),
    State.REJECTED: N_("It was turned down for what it says or whom it is for. Correct it first."),
    State.UNDELIVERABLE: N_("It did not arrive. Correct the address and try again."),
    State.FAILED: N_("It was tried for three days without success."),
    State.CANCELLED: N_("It was withdrawn."),
    State.EXPIRED: N_("Nobody fetched it in time."),
}
RESPONSE_NAMES: Final = {
    Response.NONE: N_("no answer yet"),
    Response.RECEIVED: N_("received"),
    Response.IN_PROCESS: N_("in process"),
    Response.UNDER_QUERY: N_("under query"),
    Response.CONDITIONALLY_ACCEPTED: N_("accepted with changes"),
    Response.ACCEPTED: N_("accepted"),
    Response.PARTLY_PAID: N_("partly paid"),
    Response.PAID: N_("paid"),
    Response.REJECTED: N_("rejected"),
}


class Held(StrEnum):
    """For what a held dispatch waits."""

    RELEASE = "release"
    """For a person who lets it go (B2-14)."""
    OBSTACLE = "obstacle"
    """No channel can take it: the data of its recipient have to be completed (B2-20)."""
    BREAKER = "breaker"
    """Letters pause, because too many were undeliverable (PY-29)."""


HELD_NAMES: Final = {
    Held.RELEASE: N_("Waits to be released."),
    Held.OBSTACLE: N_("No channel can take it. Complete the recipient’s data."),
    Held.BREAKER: N_("Letters pause because too many mails were undeliverable."),
}


class Went(StrEnum):
    """How a dispatch went, in three words: what a chart shows."""

    SENT = "sent"
    FAILED = "failed"
    WAITING = "waiting"


HOW: Final[Mapping[State, Went]] = {
    State.SUBMITTED: Went.SENT,
    State.ACCEPTED: Went.SENT,
    State.DISPATCHED: Went.SENT,
    State.DELIVERED: Went.SENT,
    State.HELD: Went.WAITING,
    State.QUEUED: Went.WAITING,
    State.SUBMITTING: Went.WAITING,
    State.COMPONENT_DOWN: Went.FAILED,
    State.UNCERTAIN: Went.FAILED,
    State.REJECTED: Went.FAILED,
    State.UNDELIVERABLE: Went.FAILED,
    State.FAILED: Went.FAILED,
    State.EXPIRED: Went.FAILED,
}
"""What was withdrawn went nowhere: it is not counted."""
