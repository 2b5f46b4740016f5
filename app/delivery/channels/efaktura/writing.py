"""Writes a general invoice request 4.5 or 5.0 and holds it against its schema; only cells import this."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from app.core.cells import Answer
from app.delivery.channels.efaktura import tree
from app.delivery.channels.efaktura.body import body
from app.delivery.channels.efaktura.facts import Named, Request, Tiers, Version
from app.delivery.channels.efaktura.tree import Element, add
from app.documents.rules.plain import from_plain

SCHEMAS: Final = Path(__file__).parent / "schemas"
"""As Forum Datenaustausch and the W3C publish them, unaltered."""
MOST_MISTAKES: Final = 5


def work(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    """Return the request, or what its schema says against it: what a cell is asked for."""
    request = from_plain(Request, arguments["request"])
    root = written(request)
    wrong = mistakes(root, request.version)
    if wrong:
        return Answer({"mistakes": wrong})
    return Answer({}, (etree.tostring(root, xml_declaration=True, encoding="UTF-8"),))


def mistakes(root: Element, version: Version) -> list[str]:
    """Return what the schema says against a request; nothing where it is valid."""
    schema = _schema(version)
    if schema.validate(root):
        return []
    return [_told(one.message) for one in list(schema.error_log)[:MOST_MISTAKES]]


def _told(message: str) -> str:
    return " ".join(message.replace(f"{{{tree.SPACE}}}", "").split())[:300]


@cache
def _schema(version: Version) -> Any:
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    name = f"generalInvoiceRequest_{version.value.replace('.', '')}0.xsd"
    return etree.XMLSchema(etree.parse(SCHEMAS / name, parser))


def written(request: Request) -> Element:
    """Return the request as a tree."""
    is_450 = request.version is Version.V450
    root = tree.root("request", language=request.language)
    root.set("modus", "test" if request.is_test else "production")
    if not is_450:
        root.set("guid", request.guid)
    _processing(root, request)
    payload = add(root, "payload")
    payload.set("type" if is_450 else "request_type", "reminder" if request.reminder else "invoice")
    # Under tiers garant the patient owes the money: what the insurer gets is a copy.
    is_copy = request.case.tiers is Tiers.GARANT
    if is_450:
        payload.set("copy", tree.boolean(is_copy))
    else:
        payload.set("request_subtype", "copy" if is_copy else "normal")
    _named(payload, "invoice", request.invoice)
    if request.reminder:
        reminder = _named(payload, "reminder", request.reminder.named)
        reminder.set("reminder_level", str(request.reminder.level))
        tree.put(reminder, "reminder_text", request.reminder.text)
    body(payload, request)
    return root


def _processing(root: Element, request: Request) -> None:
    transport = add(add(root, "processing"), "transport")
    transport.set("from", request.sender)
    transport.set("to", request.recipient)
    via = request.via or (request.recipient if request.version is Version.V450 else "")
    if via:
        add(transport, "via", via=via, sequence_id="1")


def _named(payload: Element, name: str, named: Named) -> Element:
    return add(
        payload,
        name,
        request_timestamp=str(named.timestamp),
        request_date=tree.moment(named.day),
        request_id=named.id,
    )
