"""What programs can hear about, what each is told, and how often an answer is waited for."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from app.core.languages import N_

MOST_ENDPOINTS: Final = 10
"""Of one organisation."""
MOST_REPLAYED: Final = 200
"""Deliveries that one click sends again."""
TIMEOUT: Final = 15.0
"""Seconds for one try as a whole; far below the lease of the work."""
OLD_SECRET: Final = timedelta(hours=24)
"""How long messages are also signed with the secret before."""
GIVES_UP_AFTER: Final = timedelta(days=5)
"""An endpoint that has only failed for so long is paused."""
KEPT: Final = timedelta(days=30)
"""How long deliveries stay in the log."""
LONGEST_ANSWER: Final = 2000
"""Characters of an answer that the log keeps."""
GONE: Final = 410
"""The status by which an endpoint says that it wants no more (RFC 9110, 15.5.11)."""
PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before the second try, the third, and so on (Standard Webhooks, "Retry schedule")."""

TEST: Final = "webhook.tested"
"""The event that an administrator sends to see whether it arrives."""
EVENT_NAMES: Final = {
    "document.published": N_("Document published"),
    "document.opened": N_("Document opened for the first time"),
    "comment.added": N_("Comment added"),
    "quote.accepted": N_("Quote accepted"),
    "quote.rejected": N_("Quote rejected"),
    "quote.revision_asked": N_("Revision of a quote asked for"),
    "payment.received": N_("Payment received"),
    "dispatch.undeliverable": N_("Dispatch undeliverable"),
    "customer.change_accepted": N_("Change of a customer’s data accepted"),
}
"""Name of a journal entry, which is also the type of the event → what it is called."""
TOLD: Final[Mapping[str, frozenset[str]]] = {
    "comment.added": frozenset({"comment", "side"}),
    "quote.accepted": frozenset({"answer", "accepted_by", "order_number", "cost_centre"}),
    "quote.rejected": frozenset({"answer", "reason"}),
    "quote.revision_asked": frozenset({"answer"}),
    "payment.received": frozenset({"payment", "amount", "currency"}),
    "dispatch.undeliverable": frozenset({"dispatch", "to", "channel", "answer"}),
    "customer.change_accepted": frozenset({"change", "number", "field", "value"}),
}
"""What of an entry's data goes out: what is not named here stays in the house."""

_IBAN: Final = re.compile(
    r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b|\b[a-z]{2}[0-9]{2}[a-z0-9]{11,30}\b", re.ASCII
)
"""ISO 13616, in one piece or in groups."""


class EndpointState(StrEnum):
    """Whether an endpoint is told anything."""

    ACTIVE = "active"
    OFF = "off"
    """By an administrator."""
    PAUSED = "paused"
    """By Kontor: it has only failed for days. What happens meanwhile is kept for a replay."""
    GONE = "gone"
    """It said itself that it wants no more (410)."""


class State(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """After the last try, or because the endpoint is gone."""
    SKIPPED = "skipped"
    """Not sent: the endpoint was off or paused when its turn came."""


REPLAYABLE: Final = (State.DELIVERED, State.FAILED, State.SKIPPED)
MISSED: Final = (State.FAILED, State.SKIPPED)
"""What "all that failed" means."""
STATE_NAMES: Final = {
    State.WAITING: N_("on its way"),
    State.DELIVERED: N_("delivered"),
    State.FAILED: N_("failed"),
    State.SKIPPED: N_("not sent"),
}
ENDPOINT_STATE_NAMES: Final = {
    EndpointState.ACTIVE: N_("active"),
    EndpointState.OFF: N_("switched off"),
    EndpointState.PAUSED: N_("paused after failures"),
    EndpointState.GONE: N_("switched off by the other side"),
}


class Outcome(StrEnum):
    """What one try came to, in the words of `app.core.outbound`, and `lost`."""

    ANSWERED = "answered"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"
    LOST = "lost"
    """Its worker died: nobody knows whether it arrived, so it is sent again with the same id."""


OUTCOME_NAMES: Final = {
    Outcome.ANSWERED: N_("answered"),
    Outcome.REFUSED: N_("address not allowed"),
    Outcome.UNREACHABLE: N_("not reachable"),
    Outcome.TIMED_OUT: N_("no answer in time"),
    Outcome.TOO_LARGE: N_("answer too long"),
    Outcome.LOST: N_("answer lost"),
}


def pause_after(failures: int) -> timedelta | None:
    """Return how long to wait after the `failures`th failure in a row; None: that was the last try."""
    return PAUSES[failures - 1] if failures <= len(PAUSES) else None


def has_failed_enough(failing_since: datetime, now: datetime) -> bool:
    """Say whether an endpoint that has only failed since then is paused."""
    return now - failing_since >= GIVES_UP_AFTER


def old_secret_until(rotated_at: datetime | None, now: datetime) -> datetime | None:
    """Return how long the secret before the last one is signed with, too; None: not any more."""
    until = rotated_at + OLD_SECRET if rotated_at is not None else None
    return until if until is not None and now < until else None


def told(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a journal entry's data programs are told; account numbers only in part."""
    known = TOLD.get(name, frozenset())
    return {key: masked(value) for key, value in sorted(data.items()) if key in known}


def host_of(url: str) -> str:
    """Return the host of an address: the journal says no more, for the rest may hold a secret."""
    return urlsplit(url).hostname or ""


def masked(value: Any) -> Any:
    """Return a value in which the beginning and the end of an IBAN (ISO 13616) are left of each."""
    return _IBAN.sub(_ends, value) if isinstance(value, str) else value


def _ends(found: re.Match[str]) -> str:
    whole = found[0].replace(" ", "")
    return f"{whole[:4]} … {whole[-4:]}"
