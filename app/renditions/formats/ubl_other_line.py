"""Lines of UBL 2.1 documents that are no invoice, written in OASIS' order."""

from app.documents.rules.line import Line
from app.renditions.formats import ubl_line
from app.renditions.formats.tree import Branch
from app.renditions.formats.ubl_money import allowance_charge
from app.renditions.formats.ubl_parts import NOT_GIVEN


def quotation_line(top: Branch, said: Line, currency: str) -> None:
    """Write a cac:QuotationLine; what is offered is its LineItem."""
    place = top.grow("cac:QuotationLine")
    place.say("cbc:ID", said.identifier)
    place.say("cbc:Note", said.note)
    _line_item(place, said, currency)


def response_line(top: Branch, said: Line, currency: str) -> None:
    """Write a cac:OrderLine of an order response."""
    place = top.grow("cac:OrderLine")
    place.say("cbc:Note", said.note)
    _line_item(place, said, currency)
    place.say("cac:OrderLineReference/cbc:LineID", said.order_line)


def despatch_line(top: Branch, said: Line) -> None:
    """Write a cac:DespatchLine: quantities, no prices."""
    place = top.grow("cac:DespatchLine")
    place.say("cbc:ID", said.identifier)
    place.say("cbc:Note", said.note)
    place.say("cbc:LineStatusCode", said.status)
    place.say("cbc:DeliveredQuantity", said.quantity, unitCode=said.unit)
    place.say("cbc:OutstandingQuantity", said.outstanding, unitCode=said.unit)
    place.say("cac:OrderLineReference/cbc:LineID", said.order_line or NOT_GIVEN)
    ubl_line.item(place, said.item, said)


def _line_item(place: Branch, said: Line, currency: str) -> None:
    found = place.grow("cac:LineItem")
    found.say("cbc:ID", said.identifier)
    found.say("cbc:LineStatusCode", said.status)
    found.say("cbc:Quantity", said.quantity, unitCode=said.unit)
    found.say("cbc:LineExtensionAmount", said.net, currencyID=currency)
    for entry in said.allowances_charges:
        allowance_charge(found.grow("cac:AllowanceCharge"), entry, currency)
    ubl_line.price(found, said.price, currency)
    ubl_line.item(found, said.item, said)
