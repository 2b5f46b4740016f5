"""Calls to the network partner: OAuth 2.0 client credentials, one correlation id for each call.

Source: eBill Software Partner API 1.0 (Swico), https://github.com/swico/ebill-swp-api; RFC 6749, 4.4.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from urllib.parse import quote, urlencode

from app.core import ids, outbound, runtime
from app.core.outbound import Outcome, Reply
from app.delivery.channels.ebill.stages import Stage

TIMEOUT: Final = 60.0
"""Seconds for one call; the partner looks at a whole PDF before it answers."""
TOKEN_TIMEOUT: Final = 20.0
SCOPE: Final = "default-biller"
USUAL_LIFE: Final = 300.0
"""Seconds that a token is used where the answer does not say how long it is good."""
MARGIN: Final = 30.0
"""Seconds before its end in which a token is not used any more."""
CORRELATION: Final = "X-CORRELATION-ID"
LONGEST_CORRELATION: Final = 36
JSON: Final = "application/json"


class NoToken(Exception):
    """The partner gave no access token; the text says why, in English, without secrets."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request: GET without a body, else POST. `reference` is the correlation id, ours."""

    path: str
    reference: str = ""
    query: Mapping[str, str] | None = None
    body: bytes | None = None
    media_type: str = JSON
    file_name: str = ""


_tokens: dict[tuple[str, str, bytes], tuple[str, float]] = {}
"""Of this process alone: where tokens are given out, to whom → the token, and until when (monotonic)."""
_lock: Final = threading.Lock()


def ask(stage: Stage, call: Call) -> Reply:
    """Make a call and return what came of it; a token that is refused is asked for anew, once.

    Raises `NoToken`.
    """
    reply = _ask(stage, call, token(stage))
    if reply.status != 401:
        return reply
    forget(stage)
    return _ask(stage, call, token(stage))


def _ask(stage: Stage, call: Call, bearer: str) -> Reply:
    headers = {
        "Authorization": f"Bearer {bearer}",
        "Accept": JSON,
        CORRELATION: (call.reference or ids.new())[:LONGEST_CORRELATION],
    }
    if call.file_name:
        headers["X-FILENAME"] = call.file_name
    url = f"{stage.url}{call.path}" + (f"?{urlencode(call.query)}" if call.query else "")
    private = runtime.current().settings.outbound_private
    if call.body is None:
        return outbound.get(url, headers, timeout=TIMEOUT, allow_private=private)
    headers["Content-Type"] = call.media_type
    return outbound.post(url, call.body, headers, timeout=TIMEOUT, allow_private=private)


def token(stage: Stage) -> str:
    """Return an access token that is good for a while; raises `NoToken`."""
    key = _key(stage)
    with _lock:
        kept, until = _tokens.get(key, ("", 0.0))
    if kept and monotonic() < until:
        return kept
    given, seconds = _fetch(stage)
    with _lock:
        _tokens[key] = (given, monotonic() + max(seconds - MARGIN, seconds / 2))
    return given


def forget(stage: Stage) -> None:
    """Forget the token of a stage: the partner does not take it any more."""
    with _lock:
        _tokens.pop(_key(stage), None)


def _key(stage: Stage) -> tuple[str, str, bytes]:
    return stage.token_url, stage.client_id, hashlib.sha256(stage.secret.encode()).digest()


def _fetch(stage: Stage) -> tuple[str, float]:
    # RFC 6749, 2.3.1: both parts are encoded as in a form before they are joined.
    known_as = f"{quote(stage.client_id, safe='')}:{quote(stage.secret, safe='')}"
    reply = outbound.post(
        stage.token_url,
        urlencode({"grant_type": "client_credentials", "scope": SCOPE}).encode(),
        {
            "Authorization": "Basic " + base64.b64encode(known_as.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": JSON,
        },
        timeout=TOKEN_TIMEOUT,
        allow_private=runtime.current().settings.outbound_private,
    )
    said = read(reply)
    given = said.get("access_token") if isinstance(said, dict) else None
    if not reply.is_success or not isinstance(given, str) or not given.isascii() or not given:
        raise NoToken(f"no access token: {_why(reply, said)}")
    lasts = said.get("expires_in")
    is_number = isinstance(lasts, int | float) and 0 < lasts < 10**7
    return given, float(lasts) if is_number else USUAL_LIFE


def _why(reply: Reply, said: Any) -> str:
    if reply.outcome is not Outcome.ANSWERED:
        return reply.reason or reply.outcome.value
    error = plain(said.get("error"), 100) if isinstance(said, dict) else ""
    return f"status {reply.status} {error}".strip()


def read(reply: Reply) -> Any:
    """Return what the partner answered; None where it is no whole JSON. Amounts stay as written."""
    if reply.outcome is not Outcome.ANSWERED:
        return None
    return loads(reply.body)


def loads(raw: bytes) -> Any:
    """Return JSON with its decimal numbers as texts; None where it is none."""
    try:
        return json.loads(raw, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None


def dumped(said: Mapping[str, Any]) -> bytes:
    """Return a body as JSON."""
    return json.dumps(said).encode()


def plain(value: object, longest: int) -> str:
    """Return a word of the partner as it is kept; PostgreSQL keeps no NUL in a text."""
    return "" if value is None else str(value).replace("\0", "")[:longest]
