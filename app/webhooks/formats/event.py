"""The body of a message: type, moment, and what happened to which thing (Standard Webhooks)."""

import json
from datetime import UTC, datetime
from typing import Any

from app.core.journal import Entry
from app.core.money import Money
from app.documents.models import Document
from app.organisations.models import Customer, Organisation
from app.webhooks import rules


def body(entry: Entry, house: Organisation, thing: Document | Customer | None) -> str:
    """Return the body of the message about one journal entry, as JSON without spaces."""
    data: dict[str, Any] = {
        "entry": entry.id,
        "organisation": house.slug,
        "by": {"kind": entry.actor_kind, "name": entry.actor_name},
        **rules.told(entry.name, entry.data),
    }
    if isinstance(thing, Document):
        data["document"] = _document(thing, house)
    if isinstance(thing, Customer):
        data["customer"] = _customer(thing, house)
    message = {"type": entry.name, "timestamp": _moment(entry.at), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def readable(message: str) -> str:
    """Return a body as people read it, in lines."""
    return json.dumps(json.loads(message), ensure_ascii=False, indent=2)


def _document(document: Document, house: Organisation) -> dict[str, Any]:
    """Return what tells the document from all others; the interface for programs tells the rest."""
    return {
        "id": document.id,
        "url": f"{house.base_url}/documents/{document.id}",
        "kind": document.kind.value,
        "state": document.state.value,
        "number": document.number,
        "version": document.version,
        "customer_id": document.customer_id,
        "currency": document.currency,
        "total": _amount(document.total),
        "payable": _amount(document.payable),
    }


def _customer(customer: Customer, house: Organisation) -> dict[str, Any]:
    return {
        "id": customer.id,
        "url": f"{house.base_url}/customers/{customer.id}",
        "number": customer.number,
    }


def _amount(money: Money | None) -> str | None:
    return None if money is None else str(money.amount)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
