"""Codes sent by mail, derived from their row's id and the installation's key.

So the job that writes the mail needs the id only, and a copy of the database tells no code.
"""

import hashlib
import hmac

from app.core import runtime, tokens
from app.identity.rules import CODE_DIGITS


def code(code_id: str) -> str:
    """Return the decimal code of a row (RFC 4226's truncation of an HMAC, over SHA-256)."""
    key = runtime.current().settings.key("mailed code")
    digest = hmac.digest(key, code_id.encode(), hashlib.sha256)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def matches(answer: str, code_id: str) -> bool:
    """Compare what somebody typed, spaces ignored, in constant time."""
    return tokens.same("".join(answer.split()), code(code_id))
