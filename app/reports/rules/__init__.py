"""Pure decisions of reports: when they are due, what they count, how fast deliveries are."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_

MOST_PROBLEMS: Final = 50
"""Problems that a report names; beyond these it leads to the list."""
MOST_ROWS: Final = 5_000
"""Dispatches in a table that is mailed along."""
MOST_COUNTED: Final = 1_000
"""Problems are counted this far: beyond it nobody needs the exact number."""
MOST_REPORTS: Final = 50
"""Reports of one organisation."""
KEPT: Final = timedelta(days=400)
"""How long runs stand in the history."""


class RunState(StrEnum):
    """What became of one run."""

    WAITING = "waiting"
    SENT = "sent"
    QUIET = "quiet"
    """There was no problem, and only problems were asked for."""
    NOBODY = "nobody"
    """Nobody is left who may read it."""
    FAILED = "failed"


class LetterState(StrEnum):
    """How far the mail to one recipient is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    LOST = "lost"
    """It was handed over and the answer was lost: it may have arrived."""
    FAILED = "failed"
    WITHHELD = "withheld"
    """Its recipient left, or may not read it any more."""


RUN_NAMES: Final = {
    RunState.WAITING: N_("being made"),
    RunState.SENT: N_("sent"),
    RunState.QUIET: N_("not sent: no problems"),
    RunState.NOBODY: N_("not sent: no recipients"),
    RunState.FAILED: N_("failed"),
}
RUN_TONES: Final = {
    RunState.WAITING: "waiting",
    RunState.SENT: "good",
    RunState.QUIET: "neutral",
    RunState.NOBODY: "attention",
    RunState.FAILED: "failed",
}
LETTER_NAMES: Final = {
    LetterState.WAITING: N_("waiting"),
    LetterState.SENDING: N_("being sent"),
    LetterState.SENT: N_("sent"),
    LetterState.LOST: N_("uncertain"),
    LetterState.FAILED: N_("failed"),
    LetterState.WITHHELD: N_("not sent: no access any more"),
}
