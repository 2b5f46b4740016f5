"""Pure decisions about access letters: how a code is written, how long one waits after wrong PINs."""

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.errors import Invalid

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is read as something else: 0 and O, 1, I and L, U and V."""
CODE_LENGTH: Final = 10
CODE_BITS: Final = CODE_LENGTH * math.log2(len(ALPHABET))
GROUP: Final = 5
PIN_DIGITS: Final = 6

TRIES: Final = 5
"""Wrong PINs in a row after which a letter is locked for a while."""
WAITS: Final = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""For how long, the first time, the second time …; the last one counts from then on."""
NETWORK_TRIES: Final = 30
NETWORK_WINDOW: Final = timedelta(hours=1)
"""Within it one network may be wrong so often, whatever the codes."""

MOST: Final = 50
"""Letters of one customer that are not revoked."""

_SEPARATORS: Final = str.maketrans("", "", " \t\N{NO-BREAK SPACE}-‐‑–—.")


class State(StrEnum):
    """What a letter is good for at present."""

    OPEN = "open"
    LOCKED = "locked"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state(
    now: datetime, expires_at: datetime, revoked_at: datetime | None, locked_until: datetime | None
) -> State:
    """Return the state of a letter; that it is over says more than that it is locked."""
    if revoked_at is not None:
        return State.REVOKED
    if now >= expires_at:
        return State.EXPIRED
    is_locked = locked_until is not None and now < locked_until
    return State.LOCKED if is_locked else State.OPEN


def normal_code(typed: str) -> str | None:
    """Return an access code as it is compared, however it was typed; None where it can be none."""
    found = typed.translate(_SEPARATORS)
    # Only ASCII: other letters become some of ours in upper case.
    is_one = len(found) == CODE_LENGTH and found.isascii() and set(found.upper()) <= set(ALPHABET)
    return found.upper() if is_one else None


def normal_pin(typed: str) -> str | None:
    """Return a PIN without blanks and dashes; None where it can be none."""
    found = typed.translate(_SEPARATORS)
    is_one = len(found) == PIN_DIGITS and found.isascii() and found.isdigit()
    return found if is_one else None


def grouped(code: str) -> str:
    """Return a code as it is printed: `K7QX4-M2PDR`."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def pin_grouped(pin: str) -> str:
    """Return a PIN as it is printed: `482 913`."""
    return f"{pin[:3]} {pin[3:]}"


def written_in(number: int, alphabet: str, length: int) -> str:
    """Return the last `length` places of a number in an alphabet; raises `Invalid` below zero."""
    if number < 0:
        raise Invalid("a code is made of a number from zero")
    signs = []
    for _place in range(length):
        number, sign = divmod(number, len(alphabet))
        signs.append(alphabet[sign])
    return "".join(signs)
