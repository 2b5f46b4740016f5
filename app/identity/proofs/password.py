"""Passwords, hashed with argon2id (RFC 9106)."""

from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB, two passes: OWASP's floor."""

AT_ONCE: Final = 4
_room = BoundedSemaphore(AT_ONCE)
"""However many sign in at once, a process hashes for four: 76 MiB, and the others wait their turn."""

_DUMMY = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """Return what is stored of a password."""
    with _room:
        return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Compare; without a hash a dummy is compared, so that the answer takes as long."""
    try:
        with _room:
            _hasher.verify(password_hash or _DUMMY, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)
