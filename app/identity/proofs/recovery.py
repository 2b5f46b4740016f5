"""Recovery codes: fifty random bits each, kept as an HMAC with the installation's key."""

import hashlib
import hmac
import secrets

from app.core import runtime
from app.core.ids import ALPHABET

LENGTH = 10


def new() -> str:
    """Return a new code, `4g7tk-9x2mb`: Crockford's base 32, without letters that look like digits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def kept(person_id: str, code: str) -> str:
    """Return what is stored of a code, however it is typed: capitals, spaces and dashes do not count."""
    typed = "".join(letter for letter in code.lower() if letter.isalnum())
    plain = typed.translate(str.maketrans("oil", "011"))
    key = runtime.current().settings.key("recovery code")
    return hmac.digest(key, f"{person_id}:{plain}".encode(), hashlib.sha256).hex()
