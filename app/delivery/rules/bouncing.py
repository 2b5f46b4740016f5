"""What it means that a mail came back: for the address, and for all mails together (PY-28, PY-29)."""

import re
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.delivery.rules.states import State


class Trouble(StrEnum):
    """Why a mail did not arrive, as far as the enhanced status (RFC 3463) or the words tell."""

    ADDRESS = "address"
    """There is no such mailbox, or no such domain: nothing will ever arrive there."""
    FULL = "full"
    SIZE = "size"
    """The mail is too large for the other side."""
    POLICY = "policy"
    """Turned down for whom it is from or what it says; the address may be right."""
    OTHER = "other"
    """Anything else, and everything that is not said."""


TROUBLE_NAMES: Final = {
    Trouble.ADDRESS: N_("The address does not exist."),
    Trouble.FULL: N_("The mailbox is full."),
    Trouble.SIZE: N_("The mail is too large for the recipient’s side."),
    Trouble.POLICY: N_("The recipient’s side turned the mail down by its own rules."),
    Trouble.OTHER: N_("The mail came back."),
}

_BY_STATUS: Final = (
    # 5.1.7 to 5.1.9 are about the sender's address, 5.1.5 about nothing wrong.
    (re.compile(r"[45]\.1\.(0|1|2|3|4|6|10)"), Trouble.ADDRESS),
    (re.compile(r"[45]\.2\.2"), Trouble.FULL),
    (re.compile(r"[45]\.(3\.4|2\.3)"), Trouble.SIZE),
    (re.compile(r"[45]\.(7\.\d+|1\.[789])"), Trouble.POLICY),
)
_VAGUE: Final = re.compile(r"|[45]\.(0\.0|3\.0|5\.0|2\.0|2\.1)")
"""Codes that say nothing or little: the words count."""
_BY_WORDS: Final = (
    (
        re.compile(
            r"quota|mail(box|folder|drop| box|file)? (space )?(is )?(full|not enough)"
            r"|(is|are) (over|exceeding)\b.{0,20}(quota|limit|storage)|out of space|over ?quota",
            re.IGNORECASE,
        ),
        Trouble.FULL,
    ),
    (
        re.compile(
            r"(message|mail|inbound|incoming|maximum)\b.{0,20}(size|large|big)|too (large|big)",
            re.IGNORECASE,
        ),
        Trouble.SIZE,
    ),
    (
        re.compile(
            r"\b(spam|unsolicited|blocked|black ?list\w*|policy|reputation|spf|dkim|dmarc)\b"
            r"|(unable|not permitted|denied|allowed) to relay|relay(ing)? (access )?denied",
            re.IGNORECASE,
        ),
        Trouble.POLICY,
    ),
    (
        re.compile(
            r"(user|addressee|recipient|mailbox|account|address|userid)\b.{0,30}"
            r"\b(unknown|not (found|recogni[sz]ed|known|exist)|does ?n[o']t exist|invalid|no longer)"
            r"|(unknown|invalid|no such|non-?existent|nonexisting)\b.{0,20}"
            r"\b(user|addressee|recipient|mailbox|account|address|userid|person|local)"
            r"|no mailbox here|does ?n[o']t have an? .{0,40}account"
            r"|account has been (disabled|discontinued|closed|deleted)"
            r"|(no longer|not) (a )?valid|did not exactly match",
            re.IGNORECASE,
        ),
        Trouble.ADDRESS,
    ),
)


def trouble_of(status: str | None, said: str) -> Trouble:
    """Return what is wrong: by the enhanced status, else by the words, else `OTHER`."""
    code = status or ""
    if code.endswith(".1.0") and "sender" in said.lower():
        return Trouble.POLICY
    for pattern, trouble in _BY_STATUS:
        if pattern.fullmatch(code):
            return trouble
    if not _VAGUE.fullmatch(code):
        return Trouble.OTHER
    return next((trouble for pattern, trouble in _BY_WORDS if pattern.search(said)), Trouble.OTHER)


def is_hard(status: str | None, said: str) -> bool:
    """Say whether an address is wrong for good; what is only likely is not enough (PY-28)."""
    is_final = (status or "5")[0] == "5"
    return is_final and trouble_of(status, said) is Trouble.ADDRESS


SOFT_AT_MOST: Final = 3
"""Mails in a row that came back from one address, whatever the reason, before it is blocked."""
SOFT_WITHIN: Final = timedelta(days=30)

COUNTED: Final = frozenset(
    {State.SUBMITTED, State.ACCEPTED, State.DISPATCHED, State.DELIVERED, State.UNDELIVERABLE}
)
"""States of mails that went to an address: nothing came back of the others."""


def is_blocked_softly(newest: Sequence[State]) -> bool:
    """Say whether the `newest` mails to an address, the last first, all came back."""
    row = newest[:SOFT_AT_MOST]
    return len(row) == SOFT_AT_MOST and all(state is State.UNDELIVERABLE for state in row)


BREAKER_WITHIN: Final = timedelta(days=7)
BREAKER_MAILS: Final = 100


def has_to_pause(sent: int, undeliverable: int) -> bool:
    """Say whether letters pause: of a hundred or more mails in a week half came back (PY-29).

    Then the data or the mail server are at fault: more mails would only spoil the sender's name, and
    printing what came back would cost.
    """
    return sent >= BREAKER_MAILS and undeliverable * 2 >= sent


class BouncePolicy(StrEnum):
    """What follows where an address turned out to be wrong for good (PY-28)."""

    BLOCK = "block"
    """Nothing is sent to it any more."""
    LETTER = "letter"
    """What came back is printed and posted."""
    BOTH = "both"


POLICY_NAMES: Final = {
    BouncePolicy.BLOCK: N_("Nothing is sent to the address any more."),
    BouncePolicy.LETTER: N_("What came back is printed and posted."),
    BouncePolicy.BOTH: N_(
        "Both: it is printed and posted, and nothing is sent to the address any more."
    ),
}


class BlockReason(StrEnum):
    """Why nothing is sent to an address."""

    HARD = "hard"
    """It does not exist: enhanced status 5.1.x (RFC 3463)."""
    SOFT = "soft"
    """It put mails off for too long, again and again."""
    COMPLAINT = "complaint"
    MANUAL = "manual"


REASON_NAMES: Final = {
    BlockReason.HARD: N_("It does not exist."),
    BlockReason.SOFT: N_("Three mails in a row came back from it."),
    BlockReason.COMPLAINT: N_("Its owner does not want our mails."),
    BlockReason.MANUAL: N_("Blocked by hand."),
}
