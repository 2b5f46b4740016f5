"""Reads a UBL 2.1 ApplicationResponse: Message Level Status, Message Level Response, Invoice Response.

All of them have the same shape; only cells import this.
"""

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from app.core.cells import Answer
from app.documents.formats import safe_xml

_SCHEMA: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
ROOT: Final = f"{{{_SCHEMA}ApplicationResponse-2}}ApplicationResponse"
PLACES: Final = {
    "cac": f"{_SCHEMA}CommonAggregateComponents-2",
    "cbc": f"{_SCHEMA}CommonBasicComponents-2",
}
MOST: Final = 50
"""Statuses, conditions and lines that are read of one response."""
LONGEST: Final = 500


def work(_arguments: Mapping[str, Any], payload: bytes) -> Answer:
    """Return what a response says, as plain values: what a cell is asked for."""
    try:
        root = safe_xml.parse(payload)
    except safe_xml.UnreadableXmlError as error:
        return Answer({"unreadable": error.finding.rule})
    if root.tag != ROOT:
        name = etree.QName(root)
        return Answer({"unreadable": f"a {name.localname} of {name.namespace}"[:200]})
    found = root.findall("cac:DocumentResponse", PLACES)
    if len(found) != 1:
        return Answer({"unreadable": f"{len(found)} document responses"})
    return Answer(
        {
            "customization": _text(root, "cbc:CustomizationID"),
            "id": _text(root, "cbc:ID"),
            "day": _text(root, "cbc:IssueDate"),
            "time": _text(root, "cbc:IssueTime"),
            "sender": _endpoint(root),
            **_document(found[0]),
        }
    )


def _endpoint(root: Any) -> str:
    found = root.find("cac:SenderParty/cbc:EndpointID", PLACES)
    if found is None:
        return ""
    return f"{found.get('schemeID', '')}:{(found.text or '').strip()}"[:100]


def _document(said: Any) -> dict[str, Any]:
    lines = said.findall("cac:LineResponse", PLACES)[:MOST]
    return {
        "code": _text(said, "cac:Response/cbc:ResponseCode"),
        "effective": _text(said, "cac:Response/cbc:EffectiveDate"),
        "description": _text(said, "cac:Response/cbc:Description"),
        "document": _text(said, "cac:DocumentReference/cbc:ID"),
        "statuses": _statuses(said),
        "lines": [
            {
                "place": _text(one, "cac:LineReference/cbc:LineID"),
                "description": _text(one, "cac:Response/cbc:Description"),
                "statuses": _statuses(one),
            }
            for one in lines
        ],
    }


def _statuses(place: Any) -> list[dict[str, Any]]:
    found = place.findall("cac:Response/cac:Status", PLACES)[:MOST]
    return [
        {
            "list": _list(one),
            "code": _text(one, "cbc:StatusReasonCode"),
            "reason": _text(one, "cbc:StatusReason"),
            "conditions": [
                [_text(each, "cbc:AttributeID"), _text(each, "cbc:Description")]
                for each in one.findall("cac:Condition", PLACES)[:MOST]
            ],
        }
        for one in found
    ]


def _list(status: Any) -> str:
    code = status.find("cbc:StatusReasonCode", PLACES)
    return "" if code is None else str(code.get("listID", ""))[:50]


def _text(place: Any, path: str) -> str:
    return " ".join((place.findtext(path, "", PLACES) or "").split())[:LONGEST]
