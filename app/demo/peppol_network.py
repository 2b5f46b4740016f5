"""What the stand-in for a Peppol access point knows: who is registered, what went out, what is told of it."""

import base64
import binascii
import re
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.core import clock
from app.delivery.channels.peppol.identifiers import CREDIT_NOTE, CUSTOMIZATION, INVOICE, PROCESS
from app.demo.peppol_responses import invoice_response, level_status

ROOTS: Final = ("live", "test")
USER: Final = "kontor"
TOKEN: Final = "demonstration"  # noqa: S105 - of a stand-in
SENDERS: Final = ("0007:5599010013", "0088:7300010000001", "0183:CHE107787577")
"""Who may send; the first is the demonstration's house."""
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "sent": ("sent",),
    "delivered": ("sent", "mls:AP"),
    "confirmed": ("sent", "mls:AB"),
    "answered": ("sent", "mls:AP", "imr:AB", "imr:IP", "imr:AP"),
    "paid": ("sent", "mls:AP", "imr:AB", "imr:AP", "imr:PD"),
    "disputed": ("sent", "mls:AP", "imr:UQ:REF"),
    "refused": ("sent", "mls:AP", "imr:RE:PRI"),
    "invalid": ("sent", "mls:RE:BV"),
    "undeliverable": ("sent", "mls:RE:FD"),
    "unserviced": ("failed",),
    "none": (),
}
"""What may become of an invoice → what tells it, in order."""


@dataclass
class Faults:
    """What goes wrong: set it at any time, also by `POST /faults` with these names as fields."""

    submit: str = ""
    """One of `access_point.REFUSALS`; `invalid`, `lost` (takes it and hangs up), `nameless`."""
    find: str = ""
    """`down`."""
    look_up: str = ""
    """`down`."""
    messages: str = ""
    """`twice`, `backwards`, `never`, `down`."""
    ending: str = "answered"
    """One of `ENDINGS`."""
    delay: float = 2.0
    """Seconds between two messages about an invoice."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A participant that is registered, for some document types."""

    id: str
    name: str
    takes: tuple[str, ...] = (INVOICE, CREDIT_NOTE)


DEMONSTRATED: Final = (Receiver("0007:5599020020", "Kustens Fisk AB"),)


@dataclass
class Stage:
    """What one of the two stages keeps."""

    transmissions: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    coming: list[tuple[float, str, str]] = field(default_factory=list)
    """When (monotonic) which transmission gets which message."""


class Network:
    """Two stages, those who are registered, and everything that was handed over."""

    def __init__(self, receivers: Iterable[Receiver]) -> None:
        self.faults = Faults()
        self.senders = list(SENDERS)
        self.receivers = {one.id.lower(): one for one in receivers}
        self.stages = {name: Stage() for name in ROOTS}
        self.posted: list[tuple[str, str]] = []
        """Stage and idempotency key of everything that was handed over, refused ones too."""
        self.acknowledged: list[str] = []
        self.lock = threading.RLock()

    def by_reference(self, stage: str, reference: str) -> dict[str, Any] | None:
        """Return what was handed over under a reference."""
        with self.lock:
            known = list(self.stages[stage].transmissions.values())
        return next((one for one in known if one["reference"] == reference), None)

    def shown(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return a transmission as the interface tells of it."""
        return {name: one[name] for name in ("id", "reference", "status", "receiver")}

    def take(self, name: str, said: Mapping[str, Any]) -> dict[str, Any]:
        """Keep an invoice, and plan what becomes of it."""
        one = {**said, "id": f"T-{secrets.token_hex(8)}", "status": "queued"}
        with self.lock:
            stage = self.stages[name]
            stage.transmissions[one["id"]] = one
            start = time.monotonic()
            stage.coming += [
                (start + place * self.faults.delay, one["id"], word)
                for place, word in enumerate(ENDINGS.get(self.faults.ending, ()))
            ]
        return one

    def tell(self, name: str, named: str, word: str, **more: Any) -> dict[str, Any]:
        """Say something of a transmission: a status, or `mls:CODE[:REASON]`, `imr:CODE[:REASON]`."""
        with self.lock:
            one = self.stages[name].transmissions[named]
            said: dict[str, Any] = {
                "id": f"M-{secrets.token_hex(8)}",
                "transmission": one["id"],
                "reference": one["reference"],
                "occurredAt": clock.now().isoformat(),
            }
            said |= _told(one, word) | more
            one["status"] = said.get("status", one["status"])
            self.stages[name].messages.append(said)
        return said

    def tell_due(self, name: str) -> None:
        """Say what is to be said by now."""
        now, stage = time.monotonic(), self.stages[name]
        with self.lock:
            due = sorted(one for one in stage.coming if one[0] <= now)
            stage.coming = [one for one in stage.coming if one[0] > now]
            for _moment, named, word in due:
                self.tell(name, named, word)

    def waiting(self, name: str, after: str) -> list[dict[str, Any]]:
        """Return the messages after one, the oldest first."""
        with self.lock:
            told = list(self.stages[name].messages)
        ids = [one["id"] for one in told]
        return told[ids.index(after) + 1 if after in ids else 0 :]

    def forget(self, name: str, ids: Iterable[str]) -> None:
        """Forget messages that somebody has kept."""
        with self.lock:
            gone = set(ids)
            self.acknowledged += sorted(gone)
            stage = self.stages[name]
            stage.messages = [one for one in stage.messages if one["id"] not in gone]


def _told(one: Mapping[str, Any], word: str) -> dict[str, Any]:
    kind, _colon, rest = word.partition(":")
    code, _more, reason = rest.partition(":")
    if kind == "mls":
        xml = level_status(one["reference"], code, reason)
    elif kind == "imr":
        xml = invoice_response(one["number"], code, reason, one["receiver"])
    elif kind == "failed":
        return {"status": kind, "code": "PEPPOL:NOT_SERVICED", "detail": "EBMS:0004 Other"}
    else:
        return {"status": kind}
    return {"document": base64.b64encode(xml.encode()).decode()}


def objections(
    said: Mapping[str, Any], stage: str, reference: str, here: Network
) -> list[tuple[str, str, str]]:
    """Return rule, sentence and place of everything that an access point would not take."""
    try:
        xml = base64.b64decode(str(said.get("document")), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return [("DOCUMENT", "The document is no Base64 of UTF-8.", "document")]
    named = re.search(r"<cbc:CustomizationID>\s*([^<]*?)\s*</", xml)
    checks = (
        (said.get("environment") == stage, "environment"),
        (said.get("reference") == reference != "", "reference"),
        (said.get("sender") in here.senders, "sender"),
        (str(said.get("receiver")).lower() in here.receivers, "receiver"),
        (re.fullmatch("[A-Z]{2}", str(said.get("senderCountry"))), "senderCountry"),
        (said.get("documentType") in (INVOICE, CREDIT_NOTE), "documentType"),
        (said.get("process") == PROCESS and PROCESS in xml, "process"),
        (named and named[1] == CUSTOMIZATION, "document"),
        (xml.count("<cbc:EndpointID schemeID=") == 2, "document"),
    )
    return [("CONTRACT", f"{name} is wrong", name) for is_right, name in checks if not is_right]
