"""Mail that came back: which dispatch it is about, and what it says of it, in the engine's words."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from app.core import clock, runtime
from app.core.mail import apart, read_verp
from app.core.mail.apart import Returned, Told
from app.delivery.rules import News, State, read_reference
from app.delivery.rules.bouncing import Trouble, is_hard, trouble_of

STATES: Final = {
    "failed": State.UNDELIVERABLE,
    "delivered": State.DELIVERED,
    # The next server makes no report, or the address stands for several people (RFC 3464, 2.3.3).
    "relayed": State.DISPATCHED,
    "expanded": State.DISPATCHED,
}
OLDEST: Final = timedelta(days=30)
"""A report's own date counts as far back as this; clocks of strangers are often wrong."""


def with_envelope(raw: bytes, sender: str, recipient: str) -> bytes:
    """Return a mail with its envelope before it, as the last server to hold it writes it down.

    Only the beginning is kept: the report stands before the mail that came back.
    """
    lines = f"Return-Path: <{sender.strip('<>')}>\r\nX-Original-To: <{recipient}>\r\n"
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]  # a line of a mailbox file, no header
    return lines.encode("ascii", "replace") + raw[: apart.KEPT]


def key_of(raw: bytes, recipient: str) -> str:
    """Return what a second delivery of the same mail has in common with the first."""
    return hashlib.sha256(recipient.lower().encode() + b"\0" + raw).hexdigest()


def parse(raw: bytes) -> list[News]:
    """Return the news in a mail that came back; none where it is about no mail of ours, or no report.

    Raises `ValueError` where it cannot be read.
    """
    found = apart.read(raw)
    reference = _reference(found)
    if reference is None:
        return []
    if found.complaint:
        return [_complaint(found, reference)]
    return [_news(found, one, reference, place) for place, one in enumerate(found.told)]


def _reference(found: Returned) -> str | None:
    """Return our reference: as the bounce address proves it, else as our envelope or mail named it.

    Where it came to a bounce address that only looks like ours, it is somebody's invention.
    """
    if found.bounce_addresses:
        key = runtime.current().settings.key("bounce")
        proven = (read_verp(one, key) for one in found.bounce_addresses)
        named = next(filter(None, proven), None)
        return named and named.replace("-", ".")
    domain = runtime.current().settings.bounce_domain.lower()
    ours = [one.rpartition("@") for one in found.message_ids]
    named_there = [local for local, _at, at_domain in ours if at_domain.lower() == domain]
    return next((one for one in (found.envelope_id, *named_there) if read_reference(one)), None)


def _news(found: Returned, told: Told, reference: str, place: int) -> News:
    failed = told.action == "failed" or (not told.action and told.status.startswith("5"))
    is_delay = not failed and (told.action == "delayed" or told.status.startswith("4"))
    trouble = trouble_of(told.status, told.said) if failed else Trouble.OTHER
    return News(
        key=f"{found.key}:{place}",
        occurred_at=_moment(found),
        reference=reference,
        state=State.UNDELIVERABLE if failed else STATES.get(told.action),
        is_delay=is_delay,
        code=told.status or told.action,
        reason=told.said,
        is_hard=failed and trouble is Trouble.ADDRESS and is_hard(told.status, told.said),
        whom=told.recipients,
    )


def _complaint(found: Returned, reference: str) -> News:
    return News(
        key=found.key,
        occurred_at=_moment(found),
        reference=reference,
        code=found.complaint,
        is_complaint=True,
    )


def _moment(found: Returned) -> datetime:
    now = clock.now()
    said = found.written_at
    return said if said is not None and now - OLDEST <= said <= now else now
