"""Pure decisions about proving who one is: which method, how often, what the text message says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.access.proof import Method
from app.core.languages import N_
from app.core.languages import gettext as _

TRIES: Final = 5
WAITS: Final = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
"""How long nobody may try after 5 wrong tries, then after the next 5, and so on (PY-08)."""
TRIES_PER_NETWORK: Final = 20
"""Several people may share an address: one who mistypes does not shut the others out (ASVS 6.1.1)."""

CODE_LIFE: Final = timedelta(minutes=10)
CODE_DIGITS: Final = 6
ASK_AGAIN: Final = timedelta(seconds=60)
CODES_PER_HOUR: Final = 5
CODES_PER_NETWORK: Final = 20
"""In an hour."""
ALARM: Final = 50
"""Wrong tries in an hour after which an organisation's administrators are told."""
MAILS_PER_DAY: Final = 5

FOR_PROOF: Final = "proof"
"""What a texted code is good for, and for nothing else (ASVS 6.6.2)."""

METHOD_NAMES: Final = {
    Method.ADDRESS: N_("Postcode and house number"),
    Method.SMS: N_("Code by text message"),
}


class Obstacle(StrEnum):
    """Why a method does not do at present."""

    IMPOSSIBLE = "impossible"
    """What it asks for is not known of the customer, or nothing can be sent."""
    UNDELIVERED = "undelivered"
    LOCKED = "locked"


OBSTACLES: Final = {
    (Method.SMS, Obstacle.IMPOSSIBLE): N_("A code by text message cannot be sent to you."),
    (Method.SMS, Obstacle.UNDELIVERED): N_("The text message could not be delivered."),
    (Method.SMS, Obstacle.LOCKED): N_("There were too many wrong codes."),
    (Method.ADDRESS, Obstacle.IMPOSSIBLE): N_(
        "Your address has no postcode and house number that could be asked for."
    ),
    (Method.ADDRESS, Obstacle.LOCKED): N_("There were too many tries with postcode and number."),
}
"""Method and what stands in its way → what the page says about it."""


class Outcome(StrEnum):
    """What became of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    """It was not even compared."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may prove with at present."""

    method: Method | None
    """None: with nothing."""
    others: tuple[Method, ...] = ()
    reasons: tuple[tuple[Method, Obstacle], ...] = ()
    """Why a method before it does not do."""


def offer(
    primary: Method,
    secondary: Method | None,
    obstacles: Mapping[Method, Obstacle],
    wish: Method | None = None,
) -> Offer:
    """Return the primary method, or the secondary where something stands in the primary's way (PY-04).

    Who may use the secondary because a text message did not arrive may still try the primary again.
    """
    reasons, open_ones = [], []
    for method in dict.fromkeys(one for one in (primary, secondary) if one is not None):
        obstacle = obstacles.get(method)
        if obstacle is None:
            open_ones.append(method)
            break
        reasons.append((method, obstacle))
    again = [one for one, obstacle in reasons if obstacle is Obstacle.UNDELIVERED]
    choices = open_ones + again
    if not choices:
        return Offer(None, (), tuple(reasons))
    chosen = wish if wish in choices else choices[0]
    others = tuple(one for one in choices if one is not chosen)
    return Offer(chosen, others, tuple(one for one in reasons if one[0] is not chosen))


def keys(method: Method, who: tuple[str, str], customer_id: str, network: str) -> tuple[str, ...]:
    """Return what is locked by wrong tries: the link or person, the network, the customer's method.

    In the order in which they are counted. Another method of the same customer stays open.
    """
    return (
        f"proof:{method}:{who[0]}:{who[1]}",
        f"proof:{method}:network:{network}",
        f"proof:{method}:customer:{customer_id}",
    )


def text_message(house: str, code: str, host: str) -> str:
    """Return what the text message says, in the language spoken now.

    Its last line is read by phones, which fill the code in on this host only (WICG, "Origin-bound
    one-time codes delivered via SMS").
    """
    said = _(
        "Your code for %(organisation)s: %(code)s. Valid for 10 minutes. Do not pass it on.",
        organisation=house,
        code=code,
    )
    return f"{said}\n\n@{host} #{code}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a try: the session's new token where it was right, the end of a lock where not."""

    outcome: Outcome
    token: str = ""
    locked_until: datetime | None = None
