"""One message handed to one endpoint, and what it said."""

from dataclasses import dataclass
from time import monotonic

from app.core import clock, outbound, runtime
from app.webhooks.channels import signing
from app.webhooks.rules import LONGEST_ANSWER, TIMEOUT, Outcome


@dataclass(frozen=True, slots=True)
class Sending:
    """A message on its way out."""

    delivery_id: str
    endpoint_id: str
    position: int
    """Of the try."""
    url: str
    body: bytes
    secret_numbers: tuple[int, ...]
    """The secrets to sign with, the newest first."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    outcome: Outcome
    status: int | None
    milliseconds: int
    answer: str
    is_success: bool


def submit(sending: Sending) -> Result:
    """Sign the message with this moment and hand it over."""
    timestamp = int(clock.now().timestamp())
    signed = signing.signatures(
        sending.endpoint_id, sending.secret_numbers, sending.delivery_id, timestamp, sending.body
    )
    headers = {
        "Content-Type": "application/json",
        "webhook-id": sending.delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
    }
    begun = monotonic()
    reply = outbound.post(
        sending.url,
        sending.body,
        headers,
        timeout=TIMEOUT,
        allow_private=runtime.current().settings.outbound_private,
    )
    return Result(
        Outcome(reply.outcome.value),
        reply.status or None,
        int((monotonic() - begun) * 1000),
        _readable(reply.body) or reply.reason,
        reply.is_success,
    )


def _readable(body: bytes) -> str:
    # PostgreSQL keeps no NUL in a text.
    return body.decode(errors="replace").replace("\0", "�")[:LONGEST_ANSWER]
