"""What a print centre tells of letters: acknowledgements and reports, as JSON or CSV."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from io import StringIO
from typing import Any, Final

from app.core import clock
from app.delivery.rules import News, State

STATES: Final[Mapping[str, State | None]] = {
    "PENDING": State.SUBMITTED,
    "RECEIVED": State.SUBMITTED,
    "SUBMITTED": State.SUBMITTED,
    "VALID": State.ACCEPTED,
    "ACCEPTED": State.ACCEPTED,
    "PROCESSING": State.ACCEPTED,
    "PRINTING": State.ACCEPTED,
    "PRINTED": State.ACCEPTED,
    "ENCLOSED": State.ACCEPTED,
    "DISPATCHED": State.DISPATCHED,
    "DESPATCHED": State.DISPATCHED,
    "POSTED": State.DISPATCHED,
    "SENT": State.DISPATCHED,
    "FORWARDED": State.DISPATCHED,
    "DELIVERED": State.DELIVERED,
    "RETURNED": State.UNDELIVERABLE,
    "UNDELIVERABLE": State.UNDELIVERABLE,
    "DESTROYED": State.UNDELIVERABLE,
    "FAILED": State.UNDELIVERABLE,
    "REJECTED": State.REJECTED,
    "INVALID": State.REJECTED,
    "UNPRINTABLE": State.REJECTED,
    "CANCELLED": State.CANCELLED,
    "EXPIRED": State.EXPIRED,
}
"""The words of print centres → where they lead: NHS Notify's suppliers, DVLA, Pingen."""
WAITS: Final = frozenset({"FIXING", "INSPECTION", "ACTION_REQUIRED", "AWAITING_CREDITS", "DELAYED"})
"""Words for "not yet": kept and shown as a delay."""
RETURNS: Final = frozenset({"RETURNED", "UNDELIVERABLE", "DESTROYED"})
"""Words for a letter that did not find its reader: its postal address is wrong."""

REFERENCE: Final = ("reference", "our_reference", "supplier_reference", "job", "job_id", "file")
PROVIDER: Final = ("print_id", "provider_reference", "order_id", "letter_id")
STATUS: Final = ("status", "state", "result")
MOMENT: Final = ("timestamp", "occurred_at", "time", "date", "updated_at")
CODE: Final = ("reason_code", "code", "error_code")
REASON: Final = ("reason_text", "reason", "message", "text", "error")
LISTS: Final = ("events", "statuses", "jobs", "letters", "results", "data")
MOST_ROWS: Final = 20_000


def parse(raw: bytes) -> list[News]:
    """Read one file of a print centre; raises `ValueError` where it is none."""
    text = raw.decode("utf-8-sig")
    is_json = text.lstrip()[:1] in ("{", "[")
    told = [_news(row) for row in (_objects(text) if is_json else _rows(text))]
    if len(told) > MOST_ROWS:
        raise ValueError("too many rows")
    return told


def _objects(text: str) -> Iterable[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if isinstance(found, dict):
        of_list = (found[name] for name in LISTS if isinstance(found.get(name), list))
        found = next(of_list, [found])
    if not all(isinstance(one, dict) for one in found):
        raise ValueError("no list of objects")
    return list(found)


def _rows(text: str) -> Iterator[Mapping[str, Any]]:
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    try:
        yield from csv.DictReader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _news(row: Mapping[str, Any]) -> News:
    said = {_name(key): value for key, value in row.items() if isinstance(key, str)}
    status, moment = _first(said, STATUS), _first(said, MOMENT)
    reference, theirs = _first(said, REFERENCE), _first(said, PROVIDER)
    if not status or not (reference or theirs):
        raise ValueError("a status and a reference are needed")
    code, reason = _first(said, CODE), _first(said, REASON)
    word = status.upper().replace("-", "_").replace(" ", "_")
    told = (reference, theirs, word, moment, code, reason)
    return News(
        key=f"{word[:40]}:{hashlib.sha256(json.dumps(told).encode()).hexdigest()}",
        occurred_at=_moment(moment),
        reference=_plain(reference) or None,
        provider_ref=theirs or None,
        state=STATES.get(word),
        is_delay=word in WAITS,
        code=f"{status} {code}".strip()[:100],
        reason=(reason or code)[:500],
        is_hard=word in RETURNS,
    )


def _name(key: str) -> str:
    """Return the name of a field as it is compared: `reasonCode` and `Reason code` are `reason_code`."""
    spaced = "".join(f"_{one}" if one.isupper() and key[:1].islower() else one for one in key)
    return spaced.strip().lower().replace(" ", "_").replace("-", "_")


def _first(said: Mapping[str, Any], names: Iterable[str]) -> str:
    found = (said.get(name) for name in names)
    return next((str(one).strip() for one in found if one not in (None, "")), "")


def _plain(reference: str) -> str:
    for ending in (".ack.json", ".json", ".pdf"):
        reference = reference.removesuffix(ending)
    return reference


def _moment(written: str) -> datetime:
    """Return when it happened; now, where nobody can tell."""
    with suppress(ValueError):
        found = datetime.fromisoformat(written)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return clock.now()
