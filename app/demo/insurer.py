"""A stand-in for health insurers behind an intermediary's folders, with faults.

`python -m app.demo.insurer --root partners`. It fetches requests from every `out` below the root, and
puts responses into the `in` beside it: first that it is looked at, then what came of it.
"""

import argparse
import copy
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from lxml import etree

from app.delivery.channels.efaktura.tree import SPACE, Element, add, root, say

PAUSE: Final = 2.0
"""Seconds between two looks."""
PARTIES: Final = {
    True: ("biller", "debitor", "provider", "insurance"),
    False: ("billers", "debitor", "providers", "insurance"),
}
"""Whether it is version 4.5 → the parties that a response repeats."""


class Verdict(StrEnum):
    """What a response says."""

    PENDING = "pending"
    FROZEN = "frozen"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    REIMBURSED = "reimbursed"
    REJECTED = "rejected"


STATUS: Final = {
    Verdict.PENDING: ("pending", "received", "processed"),
    Verdict.FROZEN: ("pending", "processed", "frozen"),
    Verdict.ACCEPTED: ("accepted", "processed", "granted"),
    Verdict.CHANGED: ("accepted", "processed", "granted"),
    Verdict.REIMBURSED: ("accepted", "granted", "reimbursed"),
    Verdict.REJECTED: ("rejected", "processed", "canceled"),
}
"""Verdict → its element, the status before and after."""
ERRORS: Final = (
    {"code": "31160", "text": "Nicht bei uns versichert"},
    {
        "code": "31148",
        "text": "Tarifziffer nicht verrechenbar",
        "error_value": "00.0020",
        "valid_value": "00.0021",
        "record_id": "1",
    },
)
"""What it rejects an invoice with."""


@dataclass
class Faults:
    """What goes wrong: set it at any time."""

    verdicts: Sequence[Verdict] = (Verdict.PENDING, Verdict.ACCEPTED)
    """In this order; none: it never answers."""
    twice: bool = False
    backwards: bool = False


@dataclass
class Insurer:
    """The stand-in. `taken` has every request that it fetched, by name."""

    top: Path
    faults: Faults = field(default_factory=Faults)
    taken: list[tuple[str, bytes]] = field(default_factory=list)

    def look(self) -> int:
        """Fetch what lies there and answer it; returns how many requests that were."""
        found = 0
        for path in sorted(self.top.glob("**/out/*.xml")):
            content = path.read_bytes()
            path.unlink()
            self.taken.append((path.name, content))
            self._answer(path, content)
            found += 1
        return found

    def _answer(self, path: Path, content: bytes) -> None:
        verdicts = list(self.faults.verdicts) * (2 if self.faults.twice else 1)
        answers = [response(content, verdict, i) for i, verdict in enumerate(verdicts)]
        for answer in reversed(answers) if self.faults.backwards else answers:
            name = f"{time.time_ns()}-{secrets.token_hex(4)}.xml"
            part = path.parents[1] / "in" / f"{name}.part"
            part.write_bytes(answer)
            part.rename(part.with_suffix(""))

    def serve(self) -> None:
        """Look again and again, until interrupted."""
        while True:
            with suppress(OSError):
                self.look()
            time.sleep(PAUSE)


def response(request: bytes, verdict: Verdict, number: int = 0) -> bytes:
    """Return the response to a request, in its version; valid by the schema of Forum Datenaustausch."""
    asked = etree.fromstring(request, etree.XMLParser(resolve_entities=False, no_network=True))
    is_450 = asked.get("guid") is None
    answer = root("response", language=asked.get("language"), modus=asked.get("modus"))
    if not is_450:
        answer.set("guid", secrets.token_hex(16))
    old = _find(asked, "processing/transport")
    transport = add(add(answer, "processing"), "transport")
    transport.set("from", old.get("to"))
    transport.set("to", old.get("from"))
    for one in old:
        transport.append(copy.deepcopy(one))
    _payload(answer, asked, verdict, number, is_450)
    return bytes(etree.tostring(answer, xml_declaration=True, encoding="UTF-8"))


def _payload(answer: Element, asked: Element, verdict: Verdict, number: int, is_450: bool) -> None:
    old = _find(asked, "payload")
    payload = add(answer, "payload", **dict(old.attrib))
    payload.set("response_timestamp", str(int(time.time()) + number))
    for name in ("credit", "invoice", "reminder"):
        payload.extend(copy.deepcopy(one) for one in old.findall(f"{{{SPACE}}}{name}"))
    tiers = next(one for one in _find(old, "body") if "tiers_" in one.tag)
    body = add(payload, "body")
    body.append(copy.deepcopy(_find(old, "body/prolog")))
    for name in PARTIES[is_450]:
        party = _find(tiers, name)
        body.append(_short(party) if is_450 else copy.deepcopy(party))
    body.append(_patient(_find(tiers, "patient")))
    company = copy.deepcopy(_find(tiers, "insurance"))
    company.tag = f"{{{SPACE}}}contact"
    company.attrib.pop("ean_party", None)
    contact = [company] if not is_450 else [_contact(company)]
    treatment = copy.deepcopy(_find(old, "body/treatment"))
    body.extend([*contact] if is_450 else [*contact, treatment])
    place = body if is_450 else add(body, etree.QName(tiers).localname)
    _verdict(place, tiers, verdict, is_450)


def _verdict(place: Element, tiers: Element, verdict: Verdict, is_450: bool) -> None:
    name, before, after = STATUS[verdict]
    is_copy = not is_450 and "garant" in tiers.tag
    if not is_450 and "payant" in tiers.tag:
        place.set("allowModification", "true")
    said = add(place, "notification" if is_copy else name, status_in=before, status_out=after)
    if verdict is Verdict.REJECTED:
        say(said, "explanation", "Wir weisen die Rechnung zurück.", 700)
        for error in ERRORS:
            plain = {key: error[key] for key in ("code", "text")} if is_copy else error
            add(said, "message" if is_copy else "error", **plain)
    if verdict is Verdict.FROZEN:
        add(said, "message", code="F1", text="Bitte senden Sie den Pflegebericht.")
    if name == "accepted" and not is_450 and not is_copy:
        _balance(said, _find(tiers, "balance"), verdict)


def _balance(said: Element, old: Element, verdict: Verdict) -> None:
    due = old.get("amount_due")
    balance = add(said, "balance", currency="CHF", amount=old.get("amount"), amount_due=due)
    is_soldant = etree.QName(said.getparent()).localname == "tiers_soldant"
    paid = "1.00" if verdict is Verdict.CHANGED else due
    balance.set("amount_paid", paid)
    if is_soldant:
        balance.set("amount_unpaid", "0.00")


def _short(party: Element) -> Element:
    made = etree.Element(party.tag)
    made.set("ean_party", party.get("ean_party"))
    return made


def _patient(patient: Element) -> Element:
    made = copy.deepcopy(patient)
    for card in made.findall(f"{{{SPACE}}}card"):
        made.remove(card)
    return made


def _contact(company: Element) -> Element:
    return company


def _find(parent: Element, path: str) -> Any:
    found = parent.find("/".join(f"{{{SPACE}}}{one}" for one in path.split("/")))
    assert found is not None, path
    return found


def verdicts() -> Iterator[str]:
    """Yield what can be asked for by name."""
    yield from (one.value for one in Verdict)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m app.demo.insurer")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--verdict", action="append", choices=[*verdicts()])
    wishes = parser.parse_args()
    chosen = [Verdict(one) for one in wishes.verdict or (Verdict.PENDING, Verdict.ACCEPTED)]
    Insurer(wishes.root, Faults(chosen)).serve()
