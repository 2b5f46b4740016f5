"""What the stand-in for an eBill network partner knows, and what it tells of it."""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.core import clock
from app.demo.ebill_cases import Case

ROOTS: Final = ("live", "test")
CLIENT: Final = ("kontor", "demonstration")
"""Client id and secret that tokens are given to."""
ENDINGS: Final = {
    "open": ("INITIAL", "OPEN"),
    "approved": ("INITIAL", "OPEN", "APPROVED"),
    "changed": ("INITIAL", "OPEN", "APPROVED"),
    "completed": ("INITIAL", "OPEN", "APPROVED", "COMPLETED"),
    "rejected": ("INITIAL", "OPEN", "REJECTED"),
    "invalid": ("INITIAL", "INVALID"),
    "none": (),
}
"""What may become of a case → the words that tell it, in order."""


@dataclass
class Faults:
    """What goes wrong: set it at any time, also by `POST /faults` with these names as fields."""

    submit: str = ""
    """One of `REFUSALS`; `invalid` (a field is refused), `lost` (takes it and hangs up), `nameless`."""
    find: str = ""
    """`absent`: no search is offered; `down`."""
    token: str = ""
    """`refused`; `ended`: each token is good for one call."""
    events: str = ""
    """`twice`, `backwards`, `never`, `down`."""
    ending: str = "approved"
    """One of `ENDINGS`."""
    delay: float = 2.0
    """Seconds between two words about a case."""


@dataclass
class Stage:
    """What one of the two stages keeps."""

    cases: dict[str, Case] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    coming: list[tuple[float, str, str]] = field(default_factory=list)
    """When (monotonic) which case gets which word."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody with e-banking; those who refuse did not ask this biller for bills."""

    id: str
    email: str
    name: str
    uid: str = ""
    refuses: bool = False


class Partner:
    """Two stages, those who have e-banking, and everything that was handed over."""

    def __init__(self, participants: tuple[Participant, ...]) -> None:
        self.faults = Faults()
        self.stages = {name: Stage() for name in ROOTS}
        self.participants = {one.id: one for one in participants}
        self.tokens: set[str] = set()
        self.posted: list[tuple[str, str]] = []
        """Stage and correlation id of every case that was handed over, refused ones too."""
        self.lock = threading.RLock()

    def known(self, asked: Mapping[str, str]) -> list[Participant]:
        """Return those who are known under one of the names."""
        wanted = {str(value).lower() for value in asked.values() if value}
        return [
            one
            for one in self.participants.values()
            if wanted & {one.id, one.email.lower(), one.uid.lower() or one.id}
        ]

    def may_get(self, asked: Mapping[str, str]) -> bool:
        """Say whether somebody allows bills."""
        found = self.known(asked)
        return bool(found) and not found[0].refuses

    def take(self, name: str, case: Case) -> None:
        """Keep a case, and plan what becomes of it."""
        with self.lock:
            stage = self.stages[name]
            stage.cases[case.id] = case
            start = time.monotonic()
            words = ENDINGS.get(self.faults.ending, ())
            stage.coming += [
                (start + place * self.faults.delay, case.id, word)
                for place, word in enumerate(words)
            ]

    def tell(self, name: str, case_id: str, status: str, amount: float | None = None) -> None:
        """Say where a case stands now."""
        with self.lock:
            stage = self.stages[name]
            case = stage.cases[case_id]
            case.status = status
            said: dict[str, Any] = {"businessCaseId": case_id, "newStatus": status}
            if status == "APPROVED":
                value = case.said["totalAmount"]["value"] if amount is None else amount
                said["approvedAmount"] = {**case.said["totalAmount"], "value": value}
            stage.events.append(_event(said))

    def subscribe(self, name: str, participant_id: str, status: str = "REQUESTED") -> None:
        """Say that somebody wants bills by eBill, or wants them no more."""
        one = self.participants[participant_id]
        whom = {"billRecipientId": one.id, "emailAddress": one.email, "name": one.name}
        said = {"newStatus": status, "billRecipient": {**whom, "type": "PRIVATE"}}
        with self.lock:
            self.stages[name].subscriptions.append(_event(said))

    def tell_due(self, stage_name: str) -> None:
        """Say what is to be said by now."""
        now, stage = time.monotonic(), self.stages[stage_name]
        with self.lock:
            due = [one for one in stage.coming if one[0] <= now]
            stage.coming = [one for one in stage.coming if one[0] > now]
            for _moment, case_id, word in sorted(due, key=lambda one: one[0]):
                total = stage.cases[case_id].said["totalAmount"]["value"]
                is_less = word == "APPROVED" and self.faults.ending == "changed"
                self.tell(stage_name, case_id, word, round(total / 2, 2) if is_less else None)


def _event(said: Mapping[str, Any]) -> dict[str, Any]:
    moment = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"eventId": f"NWPEVID{secrets.token_hex(16).upper()}", "timestamp": moment, **said}


DEMONSTRATED: Final = (
    Participant("41010560425610173", "heidi.zumsteg@post.example", "Zumsteg"),
    Participant("41010560425610281", "giuseppe.rossi@post.example", "Rossi", refuses=True),
)
"""Who of the demonstration's customers has e-banking."""
