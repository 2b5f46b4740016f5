"""Bounce addresses that name their dispatch (VERP) and that only we can make."""

import base64
import hashlib
import hmac
import re
from typing import Final

from app.core.errors import Invalid
from app.core.mail.headers import mailbox

_REFERENCE: Final = re.compile(r"[a-z0-9-]{1,40}")
_ADDRESS: Final = re.compile(r"bounce\+([a-z0-9-]{1,40})\.([a-z2-7]{16})@[^@\s]+")


def _mac(reference: str, key: bytes) -> str:
    # 80 bits are 16 base32 characters without padding: short enough for a local part of 64.
    digest = hmac.new(key, b"verp\0" + reference.encode("ascii"), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()


def verp(reference: str, key: bytes, domain: str) -> str:
    """Return `bounce+<reference>.<mac>@<domain>`, the envelope sender of one dispatch.

    The MAC is HMAC-SHA256 cut to 80 bits. Everything is lower case, because servers on the way
    may fold the case of a local part. `reference` is 1 to 40 of `a-z0-9-`, else `Invalid`.
    """
    if not _REFERENCE.fullmatch(reference):
        raise Invalid("the reference of a bounce address is 1 to 40 of a-z, 0-9 and -")
    return mailbox(f"bounce+{reference}.{_mac(reference, key)}@{domain}")


def read_verp(address: str, key: bytes) -> str | None:
    """Return the reference in a bounce address of ours, or None; compared in constant time."""
    match = _ADDRESS.fullmatch(address.strip().lower())
    if match is None or not match[1].isascii():
        return None
    return match[1] if hmac.compare_digest(match[2], _mac(match[1], key)) else None
