"""The life of a text message: what it is for, where it stands, what may follow."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_


class Purpose(StrEnum):
    """What a message is for."""

    CODE = "code"
    """A one-time code; whether it is used is watched."""
    NOTICE = "notice"
    DELIVERY = "delivery"
    """Reminds of a document that nobody has opened."""
    TEST = "test"


class State(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    UNCERTAIN = "uncertain"
    """It was handed over and no answer came: perhaps it arrives; it is never sent a second time."""
    SENT = "sent"
    """The gateway took it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    """It was not handed over, or not delivered, before its time was over."""


class Gateway(StrEnum):
    """Through whom messages go."""

    HTTP = "http"
    """Any gateway that takes JSON; how is in the settings."""
    TWILIO = "twilio"


class Authentication(StrEnum):
    """How a gateway knows us (RFC 6750, RFC 7617)."""

    BEARER = "bearer"
    BASIC = "basic"


AFTER: Final[dict[State, frozenset[State]]] = {
    State.QUEUED: frozenset(set(State) - {State.QUEUED}),
    State.UNCERTAIN: frozenset({State.SENT, State.DELIVERED, State.FAILED, State.EXPIRED}),
    State.SENT: frozenset({State.DELIVERED, State.FAILED, State.EXPIRED}),
    State.DELIVERED: frozenset(),
    State.FAILED: frozenset(),
    State.EXPIRED: frozenset(),
}
"""State → states that may follow: a receipt that comes late or twice moves nothing back."""

STATE_NAMES: Final = {
    State.QUEUED: N_("waits to be sent"),
    State.UNCERTAIN: N_("answer lost"),
    State.SENT: N_("sent"),
    State.DELIVERED: N_("delivered"),
    State.FAILED: N_("failed"),
    State.EXPIRED: N_("expired"),
}
STATE_TONES: Final = {
    State.QUEUED: "waiting",
    State.UNCERTAIN: "attention",
    State.SENT: "neutral",
    State.DELIVERED: "good",
    State.FAILED: "failed",
    State.EXPIRED: "attention",
}
PURPOSE_NAMES: Final = {
    Purpose.CODE: N_("Code"),
    Purpose.NOTICE: N_("Notice"),
    Purpose.DELIVERY: N_("Reminder of a document"),
    Purpose.TEST: N_("Test"),
}
GATEWAY_NAMES: Final = {Gateway.HTTP: N_("HTTP gateway"), Gateway.TWILIO: N_("Twilio")}

KEPT_FOR: Final = timedelta(days=90)
"""How long the log of messages goes back."""
ORPHANS_FOR: Final = timedelta(hours=6)
"""How long a receipt waits for the message that it is about."""
LONGEST_ANSWER: Final = 200


def sources(target: State) -> list[State]:
    """Return the states that `target` may follow: the WHERE of its conditional UPDATE."""
    return [state for state, following in AFTER.items() if target in following]


def pause_after(tries: int) -> timedelta:
    """Return the pause after the `tries`th refusal: a code is for minutes, so it is short."""
    return timedelta(seconds=min(5 * 2 ** (tries - 1), 60))
