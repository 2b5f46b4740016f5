"""The words of reminding: how an organisation reminds, what stands in the way, what became of it."""

from enum import StrEnum
from typing import Final

from app.core.languages import N_

MOST_LEVELS: Final = 3


class Mode(StrEnum):
    """Who decides that a reminder that is due is made."""

    PROPOSE = "propose"
    MAKE = "make"


class Collecting(StrEnum):
    """What one reminder is about."""

    CUSTOMER = "customer"
    """All invoices of one customer that reach the same level on one day."""
    DOCUMENT = "document"


class Choice(StrEnum):
    """Whether a customer is reminded."""

    INHERIT = "inherit"
    YES = "yes"
    NO = "no"


class Cause(StrEnum):
    """Why reminders are paused."""

    AGREEMENT = "agreement"
    DISPUTE = "dispute"
    OTHER = "other"


class State(StrEnum):
    """How far a reminder is that was decided on."""

    ORDERED = "ordered"
    MADE = "made"
    STOPPED = "stopped"
    """Everything that it was about was settled before it was made."""
    FAILED = "failed"


class Last(StrEnum):
    """What became of the last reminder about an invoice."""

    NONE = "none"
    COMING = "coming"
    """It is being made, waits to be published, or is on its way."""
    SENT = "sent"
    UNSENT = "unsent"
    """It could not be made, or reached nobody."""
    TAKEN_BACK = "taken_back"


class Obstacle(StrEnum):
    """Why no reminder is made about an invoice."""

    NOT_PUBLISHED = "not_published"
    PAID = "paid"
    DISPUTED = "disputed"
    PAUSED = "paused"
    SPARED = "spared"
    COMING = "coming"
    UNSENT = "unsent"
    TAKEN_BACK = "taken_back"
    LAST_LEVEL = "last_level"
    NOT_YET = "not_yet"


STOPS: Final = frozenset(
    {
        Obstacle.NOT_PUBLISHED,
        Obstacle.PAID,
        Obstacle.DISPUTED,
        Obstacle.PAUSED,
        Obstacle.SPARED,
    }
)
"""What also stops a reminder that was decided on and is not out yet."""

MODE_NAMES: Final = {
    Mode.PROPOSE: N_("Propose them: somebody looks through the list and has them made"),
    Mode.MAKE: N_("Make them by itself, every day"),
}
COLLECTING_NAMES: Final = {
    Collecting.CUSTOMER: N_("One reminder for all invoices of a customer that reach a level"),
    Collecting.DOCUMENT: N_("One reminder for each invoice"),
}
CHOICE_NAMES: Final = {
    Choice.INHERIT: N_("As the organisation decides"),
    Choice.YES: N_("Is reminded"),
    Choice.NO: N_("Is not reminded"),
}
CAUSE_NAMES: Final = {
    Cause.AGREEMENT: N_("Another term was agreed"),
    Cause.DISPUTE: N_("The customer disputes it"),
    Cause.OTHER: N_("Something else"),
}
OBSTACLE_NAMES: Final = {
    Obstacle.NOT_PUBLISHED: N_("not published any more"),
    Obstacle.PAID: N_("paid"),
    Obstacle.DISPUTED: N_("disputed"),
    Obstacle.PAUSED: N_("paused"),
    Obstacle.SPARED: N_("the customer is not reminded"),
    Obstacle.COMING: N_("the last reminder is not out yet"),
    Obstacle.UNSENT: N_("the last reminder reached nobody"),
    Obstacle.TAKEN_BACK: N_("the last reminder was taken back"),
    Obstacle.LAST_LEVEL: N_("the last level is reached"),
    Obstacle.NOT_YET: N_("not due yet"),
}
