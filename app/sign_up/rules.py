"""Pure decisions about requests for access: their states, how long they live, and what they claim."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_


class State(StrEnum):
    """How far a request has come."""

    ASKED = "asked"
    """Somebody typed an address; whoever reads its mail has not confirmed yet."""
    WAITING = "waiting"
    """Confirmed; an administrator decides."""
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    """Nobody decided in time."""


class Sign(StrEnum):
    """Why a customer is proposed for somebody."""

    EMAIL = "email"
    NUMBER = "number"
    DOCUMENT = "document"


STATE_NAMES: Final = {
    State.ASKED: ("neutral", N_("not confirmed yet")),
    State.WAITING: ("waiting", N_("waiting for a decision")),
    State.APPROVED: ("good", N_("approved")),
    State.REFUSED: ("failed", N_("refused")),
    State.EXPIRED: ("neutral", N_("expired")),
}
"""State → its tone and its name."""
SIGN_NAMES: Final = {
    Sign.EMAIL: N_("has the same e-mail address, which is confirmed"),
    Sign.NUMBER: N_("has the number that they name"),
    Sign.DOCUMENT: N_("has a document with the number that they name"),
}

CONFIRM_WITHIN: Final = timedelta(hours=24)
DECIDE_WITHIN: Final = timedelta(days=30)
KEPT_FOR: Final = timedelta(days=180)
"""How long a request that was decided on is kept, from when it was made; the journal is kept longer."""
TOLD_EVERY: Final = timedelta(hours=1)
"""How often administrators are told at most."""

PER_NETWORK: Final = 10
NETWORK_WINDOW: Final = timedelta(hours=1)
PER_ADDRESS: Final = 3
ADDRESS_WINDOW: Final = timedelta(days=1)
"""Mails to one address, whoever asks: nobody is flooded by a stranger."""
PER_HOUSE: Final = 200
HOUSE_WINDOW: Final = timedelta(days=1)

MOST_CLAIMS: Final = 6
CODE: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9-]{2,18})[A-Za-z0-9]$"
"""Four to twenty letters, digits and hyphens: it is read out by telephone and typed off paper."""


def normal_code(typed: str) -> str:
    """Return the code of an organisation as it is compared: without blanks, in lower case."""
    return re.sub(r"\s", "", typed).lower()


def claims(reference: str) -> tuple[str, ...]:
    """Return what may be a number of a customer or of a document in what somebody typed.

    The whole of it, then every word with a digit in it: `Customer 1001, invoice R-7` may be `1001`
    or `R-7`. At most six.
    """
    whole = reference.strip()
    words = (word.strip(".:-#") for word in re.split(r"[\s,;()]+", whole))
    found = [whole, *(word for word in words if re.search(r"\d", word))]
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_CLAIMS]
