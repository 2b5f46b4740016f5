"""Twilio (Programmable Messaging, Message resource): https://www.twilio.com/docs/messaging/api/message-resource.

Its interface has no idempotency key for messages: an answer that was lost stays unknown.
"""

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from app.core import clock, outbound, runtime, sealing
from app.sms.providers.order import (
    TIMEOUT,
    Order,
    Outcome,
    Receipt,
    Result,
    plain,
    read,
    unanswered,
)
from app.sms.rules.life import LONGEST_ANSWER, State

STATES: Final = {
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
"""Twilio's words → ours."""
SERVICE: Final = "MG"
"""How the id of a messaging service begins, which may stand in the place of a sender."""
LONGEST_VALIDITY: Final = 36000
"""Seconds that Twilio keeps trying at most (`ValidityPeriod`)."""
MOST_FIELDS: Final = 50


def submit(order: Order) -> Result:
    """Hand one message over and return what came of it."""
    account = order.account
    secret = sealing.unseal(account.sealed_secret)
    known_as = base64.b64encode(f"{account.name}:{secret}".encode()).decode()
    # The address is the installation's, not a person's: it may lead to a stand-in on this machine.
    reply = outbound.post(
        f"{runtime.current().settings.twilio_url}/2010-04-01/Accounts"
        f"/{quote(account.name, safe='')}/Messages.json",
        urlencode(_fields(order)).encode(),
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Authorization": f"Basic {known_as}",
        },
        timeout=TIMEOUT,
        allow_private=True,
    )
    result = unanswered(reply)
    if result is not None:
        return result
    said = read(reply.body)
    found = said if isinstance(said, dict) else {}
    if not reply.is_success:
        code = plain(found.get("code") or reply.status, 40)
        return Result(
            Outcome.PERMANENT, code=code, answer=plain(found.get("message"), LONGEST_ANSWER)
        )
    reference = plain(found.get("sid"), 100)
    return Result(Outcome.ACCEPTED, reference) if reference else Result(Outcome.UNKNOWN, code="sid")


def _fields(order: Order) -> dict[str, str]:
    sender = order.account.sender
    left = int((order.valid_until - clock.now()).total_seconds())
    return {
        "To": order.number,
        "MessagingServiceSid" if sender.startswith(SERVICE) else "From": sender,
        "Body": order.text,
        "StatusCallback": order.receipt_url,
        "ValidityPeriod": str(min(max(left, 1), LONGEST_VALIDITY)),
    }


def signature(token: str, url: str, raw: bytes) -> str:
    """Return what stands in `X-Twilio-Signature` for a form that is posted to `url`.

    HMAC-SHA1 over the address as it was given and every field's name and value, by name, in base64:
    https://www.twilio.com/docs/usage/security#validating-requests.
    """
    fields = parse_qsl(raw.decode(errors="replace"), keep_blank_values=True)
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


def is_genuine(token: str, url: str, raw: bytes, given: str) -> bool:
    """Say whether Twilio signed a form for this address with an account's token."""
    if raw.count(b"&") >= MOST_FIELDS:
        return False
    return hmac.compare_digest(signature(token, url, raw).encode(), given.encode())


def receipt(raw: bytes) -> Receipt | None:
    """Return what a receipt says; None where it says nothing that we know."""
    found = dict(parse_qsl(raw.decode(errors="replace")))
    state = STATES.get(found.get("MessageStatus", ""))
    if state is None:
        return None
    return Receipt(state, plain(found.get("MessageSid"), 100), plain(found.get("ErrorCode"), 40))
