"""Calls to the access point, by the contract in docs/peppol-access-point.md."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from app.core import outbound, runtime
from app.core.outbound import Outcome, Reply
from app.delivery.channels.peppol.stages import Stage

TIMEOUT: Final = 60.0
"""Seconds for one call; the provider looks at a whole invoice before it answers."""
JSON: Final = "application/json"
LONGEST_SENTENCE: Final = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One request: GET without a body, else POST. `reference` is ours, the idempotency key."""

    path: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    reference: str = ""


def ask(stage: Stage, call: Call) -> Reply:
    """Make a call and return what came of it."""
    headers = {"Authorization": stage.authorization, "Accept": JSON}
    if call.reference:
        headers["Idempotency-Key"] = call.reference
    url = f"{stage.url}{call.path}" + (f"?{urlencode(call.query)}" if call.query else "")
    private = runtime.current().settings.outbound_private
    if call.body is None:
        return outbound.get(url, headers, timeout=TIMEOUT, allow_private=private)
    headers["Content-Type"] = JSON
    body = json.dumps(call.body).encode()
    return outbound.post(url, body, headers, timeout=TIMEOUT, allow_private=private)


def read(reply: Reply) -> dict[str, Any] | None:
    """Return what the provider answered; None where it is no whole JSON object."""
    return loads(reply.body) if reply.outcome is Outcome.ANSWERED else None


def loads(raw: bytes) -> dict[str, Any] | None:
    """Return a JSON object; None where it is none."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def rows(said: Mapping[str, Any] | None, name: str) -> list[dict[str, Any]] | None:
    """Return the objects of a list in an answer; None where there is no such list."""
    found = said.get(name) if said else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else None


def plain(value: object, longest: int) -> str:
    """Return a word of the provider as it is kept; PostgreSQL keeps no NUL in a text."""
    return "" if value is None else str(value).replace("\0", "")[:longest]


def sentence_of(said: Mapping[str, Any] | None) -> str:
    """Return a problem for people: each error with its rule and place, else its own sentence."""
    errors = [_error(one) for one in rows(said, "errors") or []]
    if errors:
        return "; ".join(errors)[:LONGEST_SENTENCE]
    words = [plain((said or {}).get(name), 250) for name in ("code", "detail")]
    return ": ".join(word for word in words if word)[:LONGEST_SENTENCE]


def _error(one: Mapping[str, Any]) -> str:
    rule, message = plain(one.get("rule"), 60), plain(one.get("message"), 250)
    place = plain(one.get("location"), 120)
    return ": ".join(word for word in (rule, message) if word) + (f" ({place})" if place else "")


def why(reply: Reply) -> str:
    """Return why an answer is none that counts, in a few words."""
    return sentence_of(read(reply)) or reply.reason or f"status {reply.status}"
