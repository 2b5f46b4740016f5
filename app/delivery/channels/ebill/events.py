"""The network's events, read by a cursor: what became of cases, and who wants bills by eBill."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from app.core.errors import Invalid
from app.core.money import Money
from app.core.outbound import Outcome
from app.delivery.channels.adapter import Check, Heard, RecipientNews, Setup
from app.delivery.channels.ebill import client
from app.delivery.channels.ebill.client import Call, NoToken
from app.delivery.channels.ebill.stages import Stage, stage_of
from app.delivery.channels.ebill.statuses import RESPONSES, STATES
from app.delivery.rules import News

CASES: Final = "cases"
RECIPIENTS: Final = "recipients"
STREAMS: Final = {
    CASES: ("/events/business-case-status-changed", 100),
    RECIPIENTS: ("/events/bill-recipient-subscription-status-changed", 30),
}
"""Name in the cursor → path, and how many are asked for at once: an answer is cut at 64 KB."""
SUBSCRIPTIONS: Final = {
    "REQUESTED": Check.OK,
    "ACTIVE": Check.OK,
    "INACTIVE": Check.NOT_SUBSCRIBED,
}
"""The network's word → what it means for sending. Who asks for bills by eBill may get them."""
LONGEST_ADDRESS: Final = 100


class Deaf(OSError):
    """The partner's news could not be read; the text says why, in English."""


def listen(setup: Setup, cursor: Mapping[str, Any]) -> Heard:
    """Return what happened since the cursor, which is kept for each stage; raises `Deaf`."""
    stage = stage_of(setup)
    if stage is None:
        return Heard(cursor=cursor)
    places = dict(cursor.get(stage.place.value) or {})
    messages: list[tuple[str, bytes]] = []
    has_more = False
    for stream, (path, limit) in STREAMS.items():
        found, is_full = _page(stage, path, limit, places.get(stream))
        messages += [_message(stream, one) for one in found]
        if found:
            places[stream] = _last(found, path)
        has_more = has_more or is_full
    return Heard(messages, {**cursor, stage.place.value: places}, has_more)


def _page(stage: Stage, path: str, limit: int, after: object) -> tuple[list[dict[str, Any]], bool]:
    """Return the next events, and whether there may be more; an answer that is cut is asked for smaller."""
    query = {"limit": str(limit)} | ({"lastEventId": str(after)} if after else {})
    try:
        reply = client.ask(stage, Call(path, query=query))
    except NoToken as error:
        raise Deaf(str(error)) from error
    if reply.outcome is Outcome.TOO_LARGE and limit > 1:
        return _page(stage, path, limit // 4 or 1, after)
    said = client.read(reply)
    if not reply.is_success or not isinstance(said, list):
        raise Deaf(f"{path}: {reply.reason or f'status {reply.status}'}")
    return [one for one in said if isinstance(one, dict)], len(said) >= limit


def _last(found: list[dict[str, Any]], path: str) -> str:
    last = client.plain(found[-1].get("eventId"), 200)
    if not last:
        raise Deaf(f"{path}: an event without an id")
    return last


def _message(stream: str, event: dict[str, Any]) -> tuple[str, bytes]:
    raw = json.dumps({"stream": stream, "event": event}, sort_keys=True).encode()
    named = client.plain(event.get("eventId"), 100) or hashlib.sha256(raw).hexdigest()
    return f"{stream}:{named}", raw


def parse(raw: bytes) -> Iterator[News | RecipientNews]:
    """Read one event; raises `ValueError` where it is none."""
    whole = client.loads(raw)
    event = whole.get("event") if isinstance(whole, dict) else None
    if not isinstance(event, dict):
        raise ValueError("no event")
    occurred_at = _moment(event.get("timestamp"))
    if whole.get("stream") == RECIPIENTS:
        yield from _subscription(event, occurred_at)
    else:
        yield _status(event, occurred_at)


def _status(event: dict[str, Any], occurred_at: datetime) -> News:
    case_id, status = client.plain(event.get("businessCaseId"), 200), _word(event.get("newStatus"))
    if not case_id:
        raise ValueError("an event of no business case")
    approved = event.get("approvedAmount")
    amount = _amount(approved) if isinstance(approved, dict) else None
    reason = client.plain(event.get("reason"), 500)
    return News(
        key=f"{CASES}:{client.plain(event.get('eventId'), 100) or f'{case_id}:{status}'}",
        occurred_at=occurred_at,
        provider_ref=case_id,
        state=STATES.get(status),
        response=RESPONSES.get(status),
        code=status,
        reason=reason or (f"{status} {amount.currency} {amount.amount}" if amount else ""),
        amount_minor=amount.minor if amount else None,
    )


def _subscription(event: dict[str, Any], occurred_at: datetime) -> Iterator[RecipientNews]:
    status = _word(event.get("newStatus"))
    whom = event.get("billRecipient")
    check = SUBSCRIPTIONS.get(status)
    if check is None or not isinstance(whom, dict):
        return
    named = ("billRecipientId", "emailAddress", "enterpriseIdentificationNumber")
    known = [client.plain(whom.get(name), 256).strip().lower() for name in named]
    yield RecipientNews(
        occurred_at=occurred_at,
        addresses=tuple(one for one in known if one),
        check=check,
        code=status,
        endpoint=known[0][:LONGEST_ADDRESS],
    )


def _word(value: object) -> str:
    return client.plain(value, 100).strip().upper()


def _moment(said: object) -> datetime:
    found = datetime.fromisoformat(str(said))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _amount(said: dict[str, Any]) -> Money | None:
    try:
        value = Decimal(str(said.get("value")))
        return Money.of(value, str(said.get("currencyCode"))) if abs(value) < 10**10 else None
    except (InvalidOperation, Invalid):
        return None
