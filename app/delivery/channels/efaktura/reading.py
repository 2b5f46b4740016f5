"""Reads a general invoice response 4.x or 5.0 that an insurer wrote; only cells import this.

Older and partial ones are read as far as they go: what is not understood is told by its name.
"""

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from app.core.cells import Answer
from app.delivery.channels.efaktura.tree import SPACE
from app.documents.formats import safe_xml

MOST_NOTES: Final = 100
LONGEST: Final = 3000
ENCRYPTED: Final = "EncryptedData"
_VERDICTS: Final = ("pending", "accepted", "rejected", "notification")
_NAMED: Final = ("reminder", "invoice", "credit")
"""The topmost of those that a response names is what it answers."""


def work(_arguments: Mapping[str, Any], payload: bytes) -> Answer:
    """Return what a response says, as plain values: what a cell is asked for."""
    try:
        root = safe_xml.parse(payload)
    except safe_xml.UnreadableXmlError as error:
        return Answer({"unreadable": error.finding.rule})
    name = etree.QName(root)
    if (name.namespace, name.localname) != (SPACE, "response"):
        return Answer({"unreadable": f"a {name.localname} of {name.namespace}"[:200]})
    return Answer(_response(root))


def _response(root: Any) -> dict[str, Any]:
    payload = _first(root, "payload")
    named = next((found for one in _NAMED if (found := _first(payload, one)) is not None), None)
    found = {
        "guid": _told(root, "guid"),
        "is_test": _told(root, "modus") == "test",
        "moment": _told(payload, "response_timestamp"),
        "request_id": _told(named, "request_id"),
        "request_timestamp": _told(named, "request_timestamp"),
    }
    return found | _verdict(payload)


def _verdict(payload: Any) -> dict[str, Any]:
    """Return what became of a request; where nothing known is said, the name of what is."""
    body = _first(payload, "body")
    if body is None:
        is_sealed = payload is not None and any(
            etree.QName(one).localname == ENCRYPTED for one in payload
        )
        return {"verdict": ENCRYPTED if is_sealed else ""}
    places = [body, *(_first(body, f"tiers_{one}") for one in ("garant", "soldant", "payant"))]
    for place in places:
        for one in _VERDICTS:
            found = _first(place, one)
            if found is not None:
                return {"verdict": one, **_details(found)}
    tiers = next((one for one in places[1:] if one is not None), body)
    names = [etree.QName(one).localname for one in tiers]
    return {"verdict": names[-1][:100] if names else ""}


def _details(found: Any) -> dict[str, Any]:
    explanation = _first(found, "explanation")
    balance = _first(found, "balance")
    notes = [*_all(found, "error"), *_all(found, "message")][:MOST_NOTES]
    return {
        "status_in": _told(found, "status_in"),
        "status_out": _told(found, "status_out"),
        "explanation": "" if explanation is None else (explanation.text or "").strip()[:LONGEST],
        "notes": [_note(one) for one in notes],
        "balance": None if balance is None else _attributes(balance),
        "is_changed": _is_changed(_first(found, "services")),
    }


def _note(one: Any) -> dict[str, str]:
    return {
        name: _told(one, name)
        for name in ("code", "text", "error_value", "valid_value", "record_id")
    }


def _is_changed(services: Any) -> bool:
    """Say whether the insurer corrected a service (tiers payant)."""
    pairs = (("quantity_original", "quantity_modified"), ("amount_original", "amount_modified"))
    return services is not None and any(
        one.get(before) != one.get(after) for one in services for before, after in pairs
    )


def _attributes(element: Any) -> dict[str, str]:
    return {name: value[:40] for name, value in element.attrib.items()}


def _first(parent: Any, name: str) -> Any:
    return None if parent is None else parent.find(f"{{{SPACE}}}{name}")


def _all(parent: Any, name: str) -> list[Any]:
    return list(parent.findall(f"{{{SPACE}}}{name}"))


def _told(element: Any, name: str) -> str:
    return "" if element is None else (element.get(name) or "").strip()[:LONGEST]
