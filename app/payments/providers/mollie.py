"""Mollie (Payments API v2): https://docs.mollie.com/reference/create-payment and …/get-payment.

The webhook only says that something changed at a payment: what, is asked for with the key.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.core import outbound, runtime
from app.core.errors import Invalid
from app.core.money import Money
from app.core.outbound import Outcome
from app.payments.rules import State

STATES: Final = {
    "open": State.OPEN,
    "pending": State.OPEN,
    "authorized": State.OPEN,
    "paid": State.PAID,
    "failed": State.FAILED,
    "canceled": State.CANCELLED,
    "expired": State.EXPIRED,
}
"""Mollie's words → ours; an unknown word means that we still wait."""
ID: Final = re.compile(r"tr_[0-9A-Za-z]{4,40}")
LOCALES: Final = {"en": "en_GB", "de": "de_CH", "sv": "sv_SE", "nb": "nb_NO"}
TIMEOUT: Final = 15.0


class Unreachable(Exception):
    """The provider gave no answer that can be used: try again later."""


class Rejected(Exception):
    """The provider refused for good; the text is its reason, in English."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    payment_id: str
    amount: Money
    description: str
    return_url: str
    hook_url: str
    language: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the provider knows of a payment."""

    id: str
    state: State
    amount: Money | None
    reference: str
    """Our own id, which travelled with it."""
    checkout_url: str | None
    reason: str = ""


def create(key: str, order: Order) -> Known:
    """Ask for a payment, once for each `payment_id`; raises `Unreachable` or `Rejected`."""
    body = {
        "amount": {"currency": order.amount.currency, "value": str(order.amount.amount)},
        "description": order.description[:255],
        "redirectUrl": order.return_url,
        "webhookUrl": order.hook_url,
        "locale": LOCALES.get(order.language, "en_GB"),
        "metadata": {"payment": order.payment_id},
    }
    headers = {"Idempotency-Key": order.payment_id, "Content-Type": "application/json"}
    return _known(_call(key, "/v2/payments", json.dumps(body).encode(), headers))


def look(key: str, provider_id: str) -> Known:
    """Return what the provider knows now; raises `Unreachable` or `Rejected`."""
    if not ID.fullmatch(provider_id):
        raise Rejected("no id of a payment")
    return _known(_call(key, f"/v2/payments/{provider_id}"))


def check(key: str) -> list[str]:
    """Return the names of the ways to pay that a key opens; raises `Unreachable` or `Rejected`."""
    found = _call(key, "/v2/methods").get("_embedded", {}).get("methods", [])
    return [str(one.get("description", "")) for one in found if isinstance(one, dict)]


def hooked(raw: bytes) -> str | None:
    """Return the id of the payment that a webhook names (`id=tr_…`), None where it names none."""
    found = re.fullmatch(rb"id=(tr_[0-9A-Za-z]{4,40})", raw.strip())
    return found.group(1).decode() if found else None


def _call(
    key: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    settings = runtime.current().settings
    address = f"{settings.mollie_url}{path}"
    sent = {"Authorization": f"Bearer {key}", "Accept": "application/json", **(headers or {})}
    # The address is the installation's, not a person's: it may lead to a stand-in on this machine.
    if body is None:
        reply = outbound.get(address, sent, timeout=TIMEOUT, allow_private=True)
    else:
        reply = outbound.post(address, body, sent, timeout=TIMEOUT, allow_private=True)
    if reply.outcome is not Outcome.ANSWERED:
        raise Unreachable(reply.reason or reply.outcome.value)
    if reply.status >= 500 or reply.status in (408, 429):
        raise Unreachable(f"status {reply.status}")
    try:
        found = json.loads(reply.body)
    except ValueError as error:
        raise Unreachable("an answer that is no JSON") from error
    if not isinstance(found, dict):
        raise Unreachable("an answer that is no object")
    if reply.status >= 400:
        raise Rejected(str(found.get("detail", reply.status))[:200])
    return found


def _known(found: Mapping[str, Any]) -> Known:
    said_id = str(found.get("id", ""))
    if not ID.fullmatch(said_id):
        raise Unreachable("an answer without the payment's id")
    checkout = found.get("_links", {}).get("checkout", {}).get("href")
    details = found.get("details") or {}
    return Known(
        id=said_id,
        state=STATES.get(str(found.get("status")), State.OPEN),
        amount=_money(found.get("amount")),
        reference=str((found.get("metadata") or {}).get("payment", "")),
        checkout_url=str(checkout)[:1000] if checkout else None,
        reason=str(details.get("failureReason", ""))[:200],
    )


def _money(found: Any) -> Money | None:
    try:
        return Money.of(Decimal(found["value"]), str(found["currency"]))
    except (TypeError, KeyError, InvalidOperation, Invalid):
        return None
