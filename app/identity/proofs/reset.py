"""Tokens of letters that lead to a new password: derived from their row's id, all that the job knows."""

import base64
import hashlib
import hmac

from app.core import runtime


def token(reset_id: str) -> str:
    """Return the token of a row, 256 bits as 43 URL-safe characters."""
    key = runtime.current().settings.key("password reset")
    digest = hmac.digest(key, reset_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def url(base_url: str, reset_id: str) -> str:
    """Return the address in the letter, under an organisation's configured origin."""
    return f"{base_url}/sign-in/reset/{token(reset_id)}"
