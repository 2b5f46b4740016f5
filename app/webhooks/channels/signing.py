"""Secrets and signatures of Standard Webhooks (standardwebhooks.com, version 1.0.0).

A secret is derived from the endpoint's id and the installation's key: nobody finds one in the
database, and it can be shown but once because nothing shows it again.
"""

import base64
import hashlib
import hmac
from typing import Final

from app.core import runtime

PREFIX: Final = "whsec_"


def secret(endpoint_id: str, number: int) -> str:
    """Return the `number`th secret of an endpoint: `whsec_` and 32 bytes in base64."""
    return PREFIX + base64.b64encode(_key(endpoint_id, number)).decode()


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signatures(
    endpoint_id: str, numbers: tuple[int, ...], message_id: str, timestamp: int, body: bytes
) -> str:
    """Return what stands in `webhook-signature`: one for each secret that is good, after spaces."""
    keys = [_key(endpoint_id, number) for number in numbers]
    return " ".join(signature(key, message_id, timestamp, body) for key in keys)


def _key(endpoint_id: str, number: int) -> bytes:
    derived_from = runtime.current().settings.key("webhook")
    return hmac.digest(derived_from, f"{endpoint_id}/{number}".encode(), hashlib.sha256)
