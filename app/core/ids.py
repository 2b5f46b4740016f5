"""Public ids: 26 characters that sort by time of birth and cannot be counted or guessed in bulk.

The layout is ULID's: 48 bits of Unix milliseconds, 80 bits, Crockford base 32, lower case. The first
20 of the 80 count the nanoseconds within the millisecond (as RFC 9562, 6.2, method 3 does), so that
two lines of one timeline keep their order; 60 are random.
An id names a thing; it is never a secret (secrets have 256 bits, see `app.core.tokens`).
"""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from itertools import count

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26
PATTERN = f"[{ALPHABET}]{{{LENGTH}}}"

_counted: ContextVar[Iterator[str] | None] = ContextVar("ids", default=None)


_lock = threading.Lock()
_last = 0
"""The number of this process's newest id: what one process makes sorts in the order it was made."""


def new() -> str:
    """Return a new id; ids made later sort later: in one process always, else to the millisecond."""
    global _last  # noqa: PLW0603 - the one piece of state that order needs
    counted = _counted.get()
    if counted is not None:
        return next(counted)
    fresh = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    with _lock:
        _last = fresh if fresh > _last else _last + 1 + secrets.randbits(72)
        return _written(_last)


def is_id(text: str) -> bool:
    """Say whether a text can be an id of ours."""
    return re.fullmatch(PATTERN, text) is not None


def first_of(moment: datetime) -> str:
    """Return the smallest id of those that are made at `moment` (to the millisecond) or later."""
    return _written(int(moment.timestamp() * 1000) << 80)


@contextmanager
def counted_from(seed: str, moment: datetime) -> Iterator[None]:
    """Within a block, make the ids that follow from `seed`, the same ones every time.

    They sort as if one were born each millisecond from `moment` on. For sample data only: whoever
    knows the seed knows the ids.
    """
    token = _counted.set(_sequence(seed, int(moment.timestamp() * 1000)))
    try:
        yield
    finally:
        _counted.reset(token)


def _sequence(seed: str, first: int) -> Iterator[str]:
    for number in count():
        digest = hashlib.sha256(f"{seed}\0{number}".encode()).digest()
        yield _written(first + number << 80 | int.from_bytes(digest[:10]))


def _written(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
