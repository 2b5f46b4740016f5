"""What every gateway is given and gives back, and how its answer is read."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.core import outbound
from app.core.outbound import Reply
from app.sms.rules.life import LONGEST_ANSWER, Authentication, Gateway, State

TIMEOUT: Final = 20.0
"""Seconds for the whole call; a claimed piece of work is held much longer."""
LATER: Final = frozenset({408, 429, 500, 503})
"""The gateway itself says that it did not take the message, and that it may later (RFC 9110, 15.6)."""
UNKNOWN: Final = frozenset({502, 504})
"""Somebody between us and the gateway says that no answer came: it may have taken it."""


class Outcome(StrEnum):
    """What became of a message as far as the gateway says."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    """It was surely not taken; another time it may be."""
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    """Perhaps it was taken."""


@dataclass(frozen=True, slots=True)
class Account:
    """How a gateway is reached, and how it knows us."""

    sender: str
    name: str
    sealed_secret: str
    url: str
    authentication: Authentication
    template: str
    reference_path: str


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """A message on its way out; its text is in no log, so it shows nothing of itself."""

    message_id: str
    position: int
    """Of the try."""
    gateway: Gateway
    number: str
    text: str
    valid_until: datetime
    receipt_url: str
    account: Account


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    outcome: Outcome
    reference: str = ""
    """What the gateway calls the message."""
    code: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a gateway tells later."""

    state: State
    reference: str
    code: str


def unanswered(reply: Reply) -> Result | None:
    """Return the result where the call itself says it all; None where the gateway's words count."""
    reason = reply.reason or reply.outcome.value
    if reply.outcome is outbound.Outcome.REFUSED:
        return Result(Outcome.PERMANENT, code="address", answer=reason[:LONGEST_ANSWER])
    if not reply.is_sent:
        return Result(Outcome.TEMPORARY, code=reply.outcome.value, answer=reason[:LONGEST_ANSWER])
    if reply.status in LATER:
        return Result(Outcome.TEMPORARY, code=str(reply.status))
    if reply.status == 0 or reply.status < 200 or reply.status in UNKNOWN:
        return Result(Outcome.UNKNOWN, code=str(reply.status or reply.outcome.value))
    return None


def read(body: bytes) -> Any:
    """Return what a gateway answered; None where it is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def plain(value: object, longest: int) -> str:
    """Return a word of a gateway as it is kept; PostgreSQL keeps no NUL in a text."""
    return "" if value is None else str(value).replace("\0", "")[:longest]
