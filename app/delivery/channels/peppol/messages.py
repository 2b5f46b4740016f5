"""The access point's messages: read by a cursor, and acknowledged once they are kept."""

import json
from collections.abc import Mapping
from typing import Any, Final

from app.core.outbound import Outcome
from app.delivery.channels.adapter import Heard, Setup
from app.delivery.channels.peppol import client
from app.delivery.channels.peppol.asking import MESSAGES
from app.delivery.channels.peppol.client import Call
from app.delivery.channels.peppol.stages import Stage, stage_of

ACKNOWLEDGED: Final = "/messages/acknowledgements"
AT_ONCE: Final = 32
"""How many are asked for; an answer is cut at 64 KB, and then asked for in smaller pieces."""


class Deaf(OSError):
    """The provider's messages could not be read; the text says why, in English."""


def listen(setup: Setup, cursor: Mapping[str, Any]) -> Heard:
    """Return the messages since the cursor, which is kept for each stage; raises `Deaf`.

    Those of the time before, which are kept by now, are acknowledged first.
    """
    stage = stage_of(setup)
    if stage is None:
        return Heard(cursor=cursor)
    before = dict(cursor.get(stage.place.value) or {})
    kept = [str(one) for one in before.get("kept") or ()]
    if kept:
        _acknowledge(stage, kept)
    found = _page(stage, str(before.get("after") or ""), AT_ONCE)
    names = [client.plain(one.get("id"), 200) for one in found]
    if not all(names):
        raise Deaf(f"{MESSAGES}: a message without an id")
    here = {"after": names[-1] if names else before.get("after", ""), "kept": names}
    messages = [
        (f"{stage.place.value}:{name}", json.dumps(one, sort_keys=True).encode())
        for name, one in zip(names, found, strict=True)
    ]
    return Heard(messages, {**cursor, stage.place.value: here}, has_more=bool(found))


def _page(stage: Stage, after: str, limit: int) -> list[dict[str, Any]]:
    query = {"limit": str(limit)} | ({"after": after} if after else {})
    reply = client.ask(stage, Call(MESSAGES, query))
    if reply.outcome is Outcome.TOO_LARGE and limit > 1:
        return _page(stage, after, limit // 4 or 1)
    found = client.rows(client.read(reply), "messages")
    if not reply.is_success or found is None:
        raise Deaf(f"{MESSAGES}: {client.why(reply)}")
    return found


def _acknowledge(stage: Stage, names: list[str]) -> None:
    reply = client.ask(stage, Call(ACKNOWLEDGED, body={"ids": names}))
    if not reply.is_success:
        raise Deaf(f"{ACKNOWLEDGED}: {client.why(reply)}")
