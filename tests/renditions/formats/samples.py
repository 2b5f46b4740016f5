"""Documents to be drawn and written: one of each kind, short or long."""

from dataclasses import replace

from app.documents.formats.examine import examine
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.renditions.formats.pdf import House
from tests import factories
from tests.documents.other_documents import other

HOUSE = House("Haus Lindenhof", "#17586b", "CH")
OTHERS = {
    Kind.QUOTE: "Quotation",
    Kind.REMINDER: "Reminder",
    Kind.ORDER_CONFIRMATION: "OrderResponse",
    Kind.DELIVERY_NOTE: "DespatchAdvice",
}


def invoice() -> EInvoice:
    """Return an invoice that follows EN 16931."""
    return replace(factories.einvoice(), specification="urn:cen.eu:en16931:2017")


def document(kind: Kind) -> EInvoice:
    """Return a document of a kind."""
    if kind is Kind.INVOICE:
        return invoice()
    if kind is Kind.CREDIT_NOTE:
        return replace(invoice(), type_code="381", due_date=None)
    said = examine(other(OTHERS[kind]), "other.xml", size_limit=10**6, engine=None).einvoice
    assert said is not None
    return said


def with_lines(said: EInvoice, count: int) -> EInvoice:
    """Return a document with its lines repeated until there are `count`."""
    lines = [
        replace(said.lines[place % len(said.lines)], identifier=str(place + 1))
        for place in range(count)
    ]
    return replace(said, lines=tuple(lines))
