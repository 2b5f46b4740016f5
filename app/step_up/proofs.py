"""Comparing what somebody proves with, in constant time: the same work whether anything is known or not.

A texted code is derived from its row's id, its session, its purpose and the installation's key: a copy
of the database tells no code, and a code is worth nothing elsewhere.
"""

import hashlib
import hmac

from app.core import runtime, tokens
from app.organisations.rules import proving
from app.step_up.rules import CODE_DIGITS


def code(code_id: str, session_id: str, purpose: str) -> str:
    """Return the decimal code of a row (RFC 4226's truncation of an HMAC, over SHA-256)."""
    key = runtime.current().settings.key("texted code")
    digest = hmac.digest(key, f"{code_id}:{session_id}:{purpose}".encode(), hashlib.sha256)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code(answer: str, code_id: str, session_id: str, purpose: str) -> bool:
    """Compare what somebody typed, spaces ignored."""
    return tokens.same("".join(answer.split()), code(code_id, session_id, purpose))


def is_address(
    postcode: str, number: str, known_postcode: str, known_street: str, country: str
) -> bool:
    """Compare postcode and house number at once; which of the two is wrong cannot be told."""
    known = _spelled(known_postcode, known_street, country)
    typed = _spelled(postcode, number, country)
    is_same = tokens.same(_digest(typed), _digest(known))
    return is_same and all(known)


def _spelled(postcode: str, street: str, country: str) -> tuple[str, str]:
    return proving.normal_postcode(postcode, country), proving.house_number(street, country) or ""


def _digest(spelled: tuple[str, str]) -> str:
    """Return a value of one length: how long the right answer is takes no time to compare."""
    return hashlib.sha256("|".join(spelled).encode()).hexdigest()
