"""Tokens of capability links: 256 bits, derived from the link's id and the installation's key."""

import base64
import hashlib
import hmac

from app.core import runtime


def token(link_id: str) -> str:
    """Return the token of a link, 43 URL-safe characters; the same whenever it is asked for."""
    key = runtime.current().settings.key("capability link")
    digest = hmac.digest(key, link_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def url(base_url: str, link_id: str) -> str:
    """Return the link's address under an organisation's configured origin, never the request's."""
    return f"{base_url}/link/{token(link_id)}"
