"""The code and the PIN of a letter: derived from its row's id and the installation's key.

So a letter can be printed again, and a copy of the database tells neither: of the code it holds an
HMAC to find the row by, of the PIN nothing.
"""

import hashlib
import hmac

from app.access_letters import rules
from app.core import runtime, tokens

NOBODY = "00000000000000000000000000"
"""Compared where there is no letter, so that the answer takes as long."""


def code(letter_id: str) -> str:
    """Return a letter's access code, ten signs of `rules.ALPHABET` (49 bits)."""
    return rules.written_in(
        _number("access letter code", letter_id), rules.ALPHABET, rules.CODE_LENGTH
    )


def pin(letter_id: str) -> str:
    """Return a letter's PIN, six digits."""
    return rules.written_in(_number("access letter PIN", letter_id), "0123456789", rules.PIN_DIGITS)


def fingerprint(code: str) -> str:
    """Return what a row is found by. With a key: 49 bits alone could be guessed from a copy."""
    return hmac.new(_key("access letter search"), code.encode(), hashlib.sha256).hexdigest()


def matches(answer: str, letter_id: str | None) -> bool:
    """Compare a PIN in constant time; without a letter another one is compared, and never fits."""
    right = tokens.same(answer, pin(letter_id or NOBODY))
    return right and letter_id is not None


def _number(purpose: str, letter_id: str) -> int:
    return int.from_bytes(hmac.digest(_key(purpose), letter_id.encode(), hashlib.sha256))


def _key(purpose: str) -> bytes:
    return runtime.current().settings.key(purpose)
