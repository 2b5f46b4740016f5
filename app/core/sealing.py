"""Secrets of others that have to be used again: kept so that a copy of the database opens nothing."""

import base64

from cryptography.fernet import Fernet, InvalidToken

from app.core import runtime
from app.core.errors import Invalid


def seal(secret: str) -> str:
    """Return a secret as it is stored (Fernet: AES-128-CBC and HMAC-SHA256, key of the installation)."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Return a stored secret; raises `Invalid` where another installation sealed it."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Invalid("a stored secret cannot be opened with this installation's key") from error


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(runtime.current().settings.key("sealed secrets")))
