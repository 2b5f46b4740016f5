"""What a message of the access point means for a dispatch: its own status, or a response it brings.

No order is expected: each axis of a dispatch only climbs, see `rules.states`.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.core import clock
from app.delivery.channels.peppol import apart, client, words
from app.delivery.channels.peppol.identifiers import (
    INVOICE_RESPONSE,
    LEVEL_RESPONSE,
    LEVEL_STATUS,
)
from app.delivery.rules import CODES, News, Response, State, read_reference

STATES: Final = {
    "queued": State.SUBMITTED,
    "sent": State.ACCEPTED,
    "rejected": State.REJECTED,
    "failed": State.UNDELIVERABLE,
}
"""The provider's word → where the dispatch stands; `sent`: with the receipt of the other access point."""
DELAYED: Final = "delayed"
NOT_SERVICED: Final = "NOT_SERVICED"
LEVELS: Final = {
    LEVEL_STATUS: {
        "AP": State.DELIVERED,
        "AB": State.DISPATCHED,
        "RE": State.REJECTED,
    },
    LEVEL_RESPONSE: {
        "AP": State.ACCEPTED,
        "AB": State.ACCEPTED,
        "RE": State.REJECTED,
    },
}
"""Customization → response code → where the dispatch stands (reference: MLS 1.0, MLR 3)."""
NOT_DELIVERED: Final = "FD"
PARTLY: Final = "PPD"
LONGEST_REASON: Final = 500


def parse(raw: bytes) -> list[News]:
    """Return the news of one message; raises `ValueError` where it is none.

    The first says where the dispatch stands. What does not fit into its reason follows, piece by
    piece, so that all of it is shown.
    """
    message = client.loads(raw)
    if message is None or not message.get("id"):
        raise ValueError("no message of an access point")
    first, told = _response(message) if message.get("document") else _status(message)
    if len(" ".join(told)) <= LONGEST_REASON:
        return [News(**first, reason=" ".join(told))]
    about = {name: first[name] for name in ("occurred_at", "reference", "provider_ref", "code")}
    further = [
        News(**about, key=f"{first['key']}:{place}", reason=one) for place, one in enumerate(told)
    ]
    return [News(**first, reason=told[0]), *further[1:]]


def _about(message: Mapping[str, Any], document: str = "") -> dict[str, Any]:
    """Return which transmission a message is about; raises `ValueError` where it names none."""
    reference = client.plain(message.get("reference"), 100)
    provider_ref = client.plain(message.get("transmission"), 200)
    if not reference and read_reference(document):
        # A provider that names envelopes after our reference: a status refers to the envelope.
        reference = document
    if not (reference or provider_ref):
        raise ValueError("a message about no transmission")
    return {
        "key": client.plain(message["id"], 150),
        "reference": reference or None,
        "provider_ref": provider_ref or None,
    }


def _status(message: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    status = client.plain(message.get("status"), 50).lower()
    code = client.plain(message.get("code"), 50)
    state = STATES.get(status)
    if status == "failed" and NOT_SERVICED in code.upper():
        state = State.REJECTED
    told = words.error(code, client.plain(message.get("detail"), 400))
    found = {
        **_about(message),
        "occurred_at": _moment(message.get("occurredAt")),
        "state": state,
        "is_delay": status == DELAYED,
        "code": " ".join(filter(None, [status, code])),
    }
    return found, [told] if told else []


def _response(message: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return what a response says: of the network, or of the recipient."""
    try:
        xml = base64.b64decode(str(message["document"]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("a document that is no Base64") from error
    said = apart.read(xml)
    customization, code = str(said.get("customization")), str(said.get("code")).upper()
    reasons = _codes(said)
    found: dict[str, Any] = {
        **_about(message, str(said.get("document"))),
        "occurred_at": _when(said, message),
        "code": " ".join(filter(None, [code, *dict.fromkeys(reasons)]))[:100],
    }
    if customization == INVOICE_RESPONSE:
        found |= _answered(code, reasons)
        found["whom"] = _whom(said)
    else:
        found["state"] = _arrived(customization, code, reasons)
    return found, words.sentences(said)


def _answered(code: str, reasons: list[str]) -> dict[str, Any]:
    """Return what a recipient's word means; whoever answers has it."""
    response = CODES.get(code)
    if response is None:
        return {"state": None, "response": None}
    is_part = response is Response.PAID and PARTLY in reasons
    return {"state": State.DELIVERED, "response": Response.PARTLY_PAID if is_part else response}


def _arrived(customization: str, code: str, reasons: list[str]) -> State | None:
    known = LEVELS.get(customization, {})
    state = known.get(code)
    faults = [one for one in reasons if one in words.LEVEL and one != "BW"]
    is_lost = state is State.REJECTED and bool(faults) and set(faults) == {NOT_DELIVERED}
    return State.UNDELIVERABLE if is_lost else state


def _codes(said: Mapping[str, Any]) -> list[str]:
    """Return the codes of all reasons, of the document and of its lines."""
    places = [said, *(one for one in said.get("lines") or () if isinstance(one, Mapping))]
    found = [one for place in places for one in place.get("statuses") or ()]
    return [str(one.get("code")).upper() for one in found if isinstance(one, Mapping)]


def _whom(said: Mapping[str, Any]) -> tuple[str, ...]:
    sender = str(said.get("sender") or "").lower()
    return (sender,) if sender.strip(":") else ()


def _when(said: Mapping[str, Any], message: Mapping[str, Any]) -> datetime:
    try:
        return _moment(f"{said['day']}T{said['time']}")
    except (KeyError, ValueError):
        return _moment(message.get("occurredAt"))


def _moment(told: object) -> datetime:
    """Return a moment, never one that lies ahead; raises `ValueError`."""
    found = datetime.fromisoformat(str(told))
    aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return min(aware, clock.now())
