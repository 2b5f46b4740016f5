"""What a step of a delivery ladder does and when it may; why a climb ends (K-03, B2-19)."""

from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.organisations.rules import CHANNEL_NAMES, Channel, CustomerKind


class Deed(StrEnum):
    """What a step does."""

    REMIND = "remind"
    """A short mail that leads to the document once more."""
    TEXT = "text"
    """A text message to the customer's mobile."""
    PRINT = "print"
    EMAIL = "email"
    EBILL = "ebill"
    EFAKTURA = "efaktura"
    PEPPOL = "peppol"

    @property
    def channel(self) -> Channel | None:
        """The channel that the document itself takes; None where only a word about it is sent."""
        return None if self in (Deed.REMIND, Deed.TEXT) else Channel(self.value)


DEED_NAMES: Final = {
    Deed.REMIND: N_("Reminder mail"),
    Deed.TEXT: N_("Text message"),
    **{deed: CHANNEL_NAMES[deed.channel] for deed in Deed if deed.channel is not None},
}


class Condition(StrEnum):
    """When a step is taken."""

    NOT_OPENED = "not_opened"
    """Its days are over and nobody has opened the document."""
    UNDELIVERABLE = "undeliverable"
    """As soon as it turns out that the document did not arrive."""


CONDITION_NAMES: Final = {
    Condition.NOT_OPENED: N_("if nobody has opened it"),
    Condition.UNDELIVERABLE: N_("at once where it cannot be delivered"),
}


class Counting(StrEnum):
    """Which days count."""

    CALENDAR = "calendar"
    BUSINESS = "business"
    """Not Saturdays, Sundays and public holidays."""


COUNTING_NAMES: Final = {
    Counting.CALENDAR: N_("calendar days"),
    Counting.BUSINESS: N_("business days"),
}


class Group(StrEnum):
    """Which customers a ladder is for; one for a group comes before the one for all."""

    ALL = "all"
    PRIVATE = "private"
    BUSINESS = "business"


GROUP_NAMES: Final = {
    Group.ALL: N_("All customers"),
    Group.PRIVATE: N_("Private customers"),
    Group.BUSINESS: N_("Business customers"),
}


def groups_of(kind: CustomerKind) -> tuple[Group, Group]:
    """Return the groups that a customer belongs to, the closest first."""
    return Group(kind.value), Group.ALL


class State(StrEnum):
    """Where a climb stands."""

    RUNNING = "running"
    FINISHED = "finished"
    """Its purpose is reached, or there is no step left."""
    STOPPED = "stopped"
    """Somebody stopped it."""


class End(StrEnum):
    """Why a climb is over."""

    OPENED = "opened"
    PAID = "paid"
    ANSWERED = "answered"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    DONE = "done"
    BY_HAND = "by_hand"


END_NAMES: Final = {
    End.OPENED: N_("Somebody has opened the document."),
    End.PAID: N_("It is paid."),
    End.ANSWERED: N_("It was answered."),
    End.SUPERSEDED: N_("A newer version took its place."),
    End.WITHDRAWN: N_("The document was withdrawn."),
    End.CANCELLED: N_("Its delivery was withdrawn."),
    End.DONE: N_("All its steps are done."),
    End.BY_HAND: N_("Somebody stopped it."),
}


class Hindrance(StrEnum):
    """Why a step could not be taken, beyond what stands in the way of a channel."""

    UNDER_WAY = "under_way"
    NO_MOBILE = "no_mobile"
    OTHER_PERSON = "other_person"


HINDRANCE_NAMES: Final = {
    Hindrance.UNDER_WAY: N_("It goes this way already."),
    Hindrance.NO_MOBILE: N_("The customer has no mobile number."),
    Hindrance.OTHER_PERSON: N_("The mobile number is the customer’s, not this recipient’s."),
}
