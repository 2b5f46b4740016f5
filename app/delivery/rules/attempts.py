"""One attempt: what an answer means, when to try again, what staff may do."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.delivery.rules.states import State
from app.documents.rules.kinds import Kind


class Outcome(StrEnum):
    """What one attempt came to, whatever the channel."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class LeftOut(StrEnum):
    """Why a letter carries no files although the organisation mails them: it leads to them instead."""

    TOO_LARGE = "too_large"
    """Together they are larger than this installation mails."""
    REFUSED = "refused"
    """The recipient's side took the letter with them for too large (RFC 3463: X.3.4, X.2.3)."""
    NOT_READY = "not_ready"
    """The PDF was still being made when the letter could wait no longer."""


LEFT_OUT_NAMES: Final = {
    LeftOut.TOO_LARGE: N_("The files are too large for a mail: it carries the link only."),
    LeftOut.REFUSED: N_(
        "The recipient’s side takes no mail with files of this size: it carries the link only."
    ),
    LeftOut.NOT_READY: N_("The PDF was not ready in time: the mail carries the link only."),
}
"""What staff are told."""

OUTCOME_NAMES: Final = {
    Outcome.ACCEPTED: N_("accepted"),
    Outcome.TEMPORARY: N_("put off by the other side"),
    Outcome.PERMANENT: N_("refused"),
    Outcome.UNAVAILABLE: N_("component down"),
    Outcome.UNKNOWN: N_("answer lost"),
}

SENDABLE: Final = frozenset({State.QUEUED, State.SUBMITTING, State.COMPONENT_DOWN, State.UNCERTAIN})
"""States in which an attempt may begin. `submitting` is there for attempts whose worker died."""

OPEN: Final = frozenset({State.HELD, State.QUEUED, State.COMPONENT_DOWN, State.UNCERTAIN})
"""States that staff may still withdraw."""

RETRIABLE: Final = frozenset(
    {
        State.COMPONENT_DOWN,
        State.UNCERTAIN,
        State.REJECTED,
        State.UNDELIVERABLE,
        State.FAILED,
        State.EXPIRED,
    }
)
NEEDS_CARE: Final = RETRIABLE
"""States that the desk shows first."""


LONGEST_TRY: Final = timedelta(hours=72)

MOST_UNCERTAIN: Final = 5
"""Attempts after which an uncertain dispatch waits for a person: one double does no harm, many do."""

HELD_WHEN_UNCERTAIN: Final = frozenset({Kind.REMINDER})
"""Kinds that must not arrive twice: a person decides when nobody knows whether one arrived."""

AFTER: Final[Mapping[Outcome, State]] = {
    Outcome.ACCEPTED: State.SUBMITTED,
    Outcome.TEMPORARY: State.QUEUED,
    Outcome.PERMANENT: State.UNDELIVERABLE,
    Outcome.UNAVAILABLE: State.COMPONENT_DOWN,
    Outcome.UNKNOWN: State.UNCERTAIN,
}

CLEAR: Final = frozenset({Outcome.ACCEPTED, Outcome.PERMANENT})
"""Outcomes after which the other side's word holds."""


LONGEST_WAIT: Final = timedelta(minutes=10)
"""How long a letter waits for the PDF that it is to carry."""
_FIRST_LOOK: Final = timedelta(seconds=2)
_SELDOM: Final = timedelta(minutes=1)


def pause_for_files(age: timedelta) -> timedelta:
    """Return when to look again for a PDF that is being made: the longer it takes, the later."""
    return min(max(age, _FIRST_LOOK), _SELDOM)


TOO_MUCH: Final = 552
"""The SMTP reply code for "too much mail data" (RFC 5321)."""


def is_too_large(code: int | None, enhanced: str | None) -> bool:
    """Say whether an answer refuses a letter for its size (RFC 1870, RFC 3463), not a full mailbox."""
    if enhanced:
        return enhanced in ("5.3.4", "5.2.3")
    return code == TOO_MUCH


def after(outcome: Outcome, age: timedelta, told: State | None = None) -> State:
    """Return the state that an attempt's outcome leads to; `age` is counted from the first promise.

    `told`: what the answer itself said beyond that it was taken or refused (accepted at once, rejected).
    """
    state = told if told is not None and outcome in CLEAR else AFTER[outcome]
    gave_up = age >= LONGEST_TRY and outcome in (Outcome.TEMPORARY, Outcome.UNAVAILABLE)
    return State.FAILED if gave_up else state


def is_tried_again(state: State, kind: Kind, attempts: int, *, finds: bool = False) -> bool:
    """Say whether the next attempt comes by itself; a retry carries the same reference.

    `finds`: the channel can be asked whether it has it, so that nothing arrives twice.
    """
    if state is State.UNCERTAIN and not finds:
        return kind not in HELD_WHEN_UNCERTAIN and attempts < MOST_UNCERTAIN
    return state in (State.QUEUED, State.COMPONENT_DOWN, State.UNCERTAIN)
