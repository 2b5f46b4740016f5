"""The address by which a recipient ends a report, without signing in: signed, for one of them only."""

import base64
import hashlib
import hmac

from app.core import runtime, tokens


def token(recipient_id: str) -> str:
    """Return what proves that somebody has a mail to this recipient, 43 URL-safe characters."""
    key = runtime.current().settings.key("leaving a report")
    digest = hmac.digest(key, recipient_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_right(recipient_id: str, given: str) -> bool:
    """Say whether a token is that of a recipient."""
    return tokens.same(token(recipient_id), given)


def url(base_url: str, recipient_id: str) -> str:
    """Return the address under an organisation's configured origin, never the request's."""
    return f"{base_url}/leaving/{token(recipient_id)}/{recipient_id}"
