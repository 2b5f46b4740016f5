"""What gateways tell about messages: kept raw once it is genuine, then applied; only ever forward."""

import hashlib
from collections.abc import Mapping
from typing import Final

from app.core import clock, inbox, outbox, sealing
from app.organisations import queries as organisations
from app.sms import queries
from app.sms.actions.handing import move
from app.sms.providers import http_gateway, twilio
from app.sms.providers.order import Receipt
from app.sms.rules import life
from app.sms.rules.life import Gateway, State

TWILIO: Final = "sms.twilio"
GATEWAY: Final = "sms.http"
NOWHERE: Final = "-"


def heard_from_twilio(
    organisation_id: str, path: str, raw: bytes, signature: str, message_id: str
) -> bool:
    """Keep a receipt of Twilio; False where the organisation's token did not sign it for this `path`.

    `message_id` stands in the signed address, so it is the gateway's word as well.
    """
    settings = queries.settings_of(organisation_id)
    if settings is None or settings.gateway is not Gateway.TWILIO or not settings.sealed_secret:
        return False
    url = organisations.organisation_by_id(organisation_id).base_url + path
    if not twilio.is_genuine(sealing.unseal(settings.sealed_secret), url, raw, signature):
        return False
    inbox.receive(TWILIO, _key(organisation_id, message_id, raw), raw)
    return True


def heard_from_gateway(organisation_id: str, raw: bytes, headers: Mapping[str, str]) -> bool:
    """Keep a receipt of any other gateway; False where it is not signed with the organisation's secret."""
    settings = queries.settings_of(organisation_id)
    if settings is None or settings.gateway is not Gateway.HTTP:
        return False
    secret = http_gateway.hook_key(organisation_id, settings.hook_number)
    if not http_gateway.is_genuine(secret, raw, headers, clock.now()):
        return False
    inbox.receive(GATEWAY, _key(organisation_id, NOWHERE, raw), raw)
    return True


def apply_twilio(message: inbox.Message) -> str:
    """Apply a receipt of Twilio; returns what came of it."""
    return _apply(message, twilio.receipt(message.raw))


def apply_gateway(message: inbox.Message) -> str:
    """Apply a receipt of another gateway; returns what came of it."""
    return _apply(message, http_gateway.receipt(message.raw))


def _apply(told: inbox.Message, receipt: Receipt | None) -> str:
    """Find the message by our own id, else by the gateway's; raises `Again` while it may still come."""
    if receipt is None:
        return "no receipt"
    organisation_id, own_id, _digest = told.key.split(":", 2)
    names = [name for name in (own_id, receipt.reference) if name and name != NOWHERE]
    found = next(
        (one for name in names if (one := queries.by_reference(organisation_id, name))), None
    )
    if found is None:
        if clock.now() - told.received_at < life.ORPHANS_FOR:
            raise outbox.Again("the message of a receipt is not known yet")
        return "no message of ours"
    when = {"sent_at": clock.now()} if receipt.state is State.SENT else {}
    said = {"code": receipt.code} if receipt.code else {}
    return receipt.state.value if move(found.id, receipt.state, **when, **said) else "known already"


def _key(organisation_id: str, message_id: str, raw: bytes) -> str:
    """Return what tells two receipts apart: the same bytes about the same message are one."""
    digest = hashlib.sha256(raw).hexdigest()
    return f"{organisation_id}:{message_id[:26] or NOWHERE}:{digest}"
