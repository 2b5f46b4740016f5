"""Any gateway that takes one JSON object by POST; its shape is a template in the settings.

Receipts are ours to define: `{"reference": …, "state": "delivered"}`, signed as Standard Webhooks says
(standardwebhooks.com, 1.0.0), with a secret derived from the installation's key.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.core import outbound, runtime, sealing
from app.sms.providers.order import (
    TIMEOUT,
    Account,
    Order,
    Outcome,
    Receipt,
    Result,
    plain,
    read,
    unanswered,
)
from app.sms.rules.life import LONGEST_ANSWER, Authentication, State

PLACEHOLDER: Final = re.compile(r"\{(to|text|sender|reference|receipt_url)\}")
NEEDED: Final = ("{to}", "{text}")
TEMPLATE: Final = json.dumps(
    {
        "to": "{to}",
        "from": "{sender}",
        "text": "{text}",
        "reference": "{reference}",
        "receipt_url": "{receipt_url}",
    },
    indent=2,
)
STATES: Final = {
    one.value: one for one in (State.SENT, State.DELIVERED, State.FAILED, State.EXPIRED)
}
PREFIX: Final = "whsec_"
TOLERANCE: Final = 5 * 60
"""Seconds that a receipt's moment may be off (Standard Webhooks, "timestamp verification")."""


def submit(order: Order) -> Result:
    """Hand one message over and return what came of it."""
    reply = outbound.post(
        order.account.url,
        json.dumps(filled(order)).encode(),
        {"Content-Type": "application/json", "Authorization": authorization(order.account)},
        timeout=TIMEOUT,
        allow_private=runtime.current().settings.outbound_private,
    )
    result = unanswered(reply)
    if result is not None:
        return result
    if not reply.is_success:
        words = plain(reply.body.decode(errors="replace"), LONGEST_ANSWER)
        return Result(Outcome.PERMANENT, code=str(reply.status), answer=words)
    reference = at(read(reply.body), order.account.reference_path)
    return Result(Outcome.ACCEPTED, plain(reference, 100))


def objection(template: str) -> bool:
    """Say whether a template cannot be used: no JSON object, or number and text have no place in it."""
    found = read(template.encode())
    return not isinstance(found, dict) or any(one not in template for one in NEEDED)


def filled(order: Order) -> Any:
    """Return what the gateway takes: the template with every placeholder in its texts filled, once."""
    words = {
        "to": order.number,
        "text": order.text,
        "sender": order.account.sender,
        "reference": order.message_id,
        "receipt_url": order.receipt_url,
    }
    return _filled(json.loads(order.account.template), words)


def _filled(part: Any, words: Mapping[str, str]) -> Any:
    match part:
        case str():
            return PLACEHOLDER.sub(lambda found: words[found.group(1)], part)
        case list():
            return [_filled(one, words) for one in part]
        case dict():
            return {name: _filled(one, words) for name, one in part.items()}
        case _:
            return part


def authorization(account: Account) -> str:
    """Return what stands in the `Authorization` header."""
    secret = sealing.unseal(account.sealed_secret)
    if account.authentication is Authentication.BEARER:
        return f"Bearer {secret}"
    return "Basic " + base64.b64encode(f"{account.name}:{secret}".encode()).decode()


def at(found: Any, path: str) -> object:
    """Return what stands at a path (`messages.0.id`); None where nothing plain does."""
    for step in path.split(".") if path else ():
        if isinstance(found, list) and step.isascii() and step.isdigit() and len(step) < 4:
            found = found[int(step)] if int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found if path and isinstance(found, str | int) else None


def hook_key(organisation_id: str, number: int) -> bytes:
    """Return the `number`th key that receipts of an organisation are signed with."""
    derived_from = runtime.current().settings.key("sms receipts")
    return hmac.digest(derived_from, f"{organisation_id}/{number}".encode(), hashlib.sha256)


def hook_secret(organisation_id: str, number: int) -> str:
    """Return the same as it is shown: `whsec_` and 32 bytes in base64."""
    return PREFIX + base64.b64encode(hook_key(organisation_id, number)).decode()


def signature(key: bytes, message_id: str, timestamp: str, raw: bytes) -> str:
    """Return `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + raw
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def is_genuine(key: bytes, raw: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    """Say whether a receipt was signed with a key, within the last minutes."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE:
        return False
    expected = signature(key, message_id, timestamp, raw).encode()
    given = headers.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(expected, one) for one in given[:5])


def receipt(raw: bytes) -> Receipt | None:
    """Return what a receipt says; None where it says nothing that we know."""
    found = read(raw)
    if not isinstance(found, dict) or str(found.get("state")) not in STATES:
        return None
    state = STATES[str(found["state"])]
    return Receipt(state, plain(found.get("reference"), 100), plain(found.get("code"), 40))
