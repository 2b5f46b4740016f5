"""Whether a quote can be answered, why not, and what an answer needs."""

from datetime import date
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.documents.rules.life import Answer, State


class Obstacle(StrEnum):
    """Why a quote takes no answer."""

    ANSWERED = "answered"
    NEWER = "newer"
    """A newer version is published."""
    CLOSED = "closed"
    """It is not published, or not any more."""
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why a quote is rejected."""

    PRICE = "price"
    TERMS = "terms"
    ANOTHER = "another"
    NOT_NEEDED = "not_needed"
    OTHER = "other"


REASON_NAMES: Final = {
    Reason.PRICE: N_("The price"),
    Reason.TERMS: N_("Dates or conditions"),
    Reason.ANOTHER: N_("We chose another offer"),
    Reason.NOT_NEEDED: N_("We do not need it any more"),
    Reason.OTHER: N_("Something else"),
}

FEWEST_LETTERS: Final = 2
"""Of a name: nobody signs with an initial."""


def obstacle(
    state: State, answer: Answer | None, until: date | None, today: date
) -> Obstacle | None:
    """Return why this version of a quote takes no answer; None where it waits for one.

    `until` is the last day on which it can be accepted, itself included; `today` is a day on the
    organisation's calendar. What was answered stays answered, whatever came afterwards.
    """
    if answer is not None:
        return Obstacle.ANSWERED
    if state is State.SUPERSEDED:
        return Obstacle.NEWER
    if state is not State.PUBLISHED:
        return Obstacle.CLOSED
    return Obstacle.EXPIRED if until is not None and until < today else None


def is_name(text: str) -> bool:
    """Say whether a text can be the name of somebody."""
    return sum(letter.isalpha() for letter in text) >= FEWEST_LETTERS


def needs_words(reason: Reason) -> bool:
    """Say whether a reason says nothing by itself."""
    return reason is Reason.OTHER
