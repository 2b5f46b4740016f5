"""Tokens of letters by which somebody confirms an address: derived from the request's id."""

import base64
import hashlib
import hmac

from app.core import runtime


def token(request_id: str) -> str:
    """Return the token of a request, 256 bits as 43 URL-safe characters."""
    key = runtime.current().settings.key("sign-up confirmation")
    digest = hmac.digest(key, request_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def url(base_url: str, request_id: str) -> str:
    """Return the address in the letter, under an organisation's configured origin."""
    return f"{base_url}/guest/signup/confirmation/{token(request_id)}"
