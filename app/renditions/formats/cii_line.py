"""Lines, items and prices of the Cross Industry Invoice, written in its order."""

from typing import Final

from app.documents.formats.cii_line import INVOICED_OBJECT
from app.documents.rules.line import Item, Line, Price
from app.renditions.formats import cii_parts
from app.renditions.formats.tree import Branch

INFORMATION: Final = "INFORMATION"


def line(place: Branch, said: Line) -> None:
    """Write BG-25."""
    document = place.grow("ram:AssociatedDocumentLineDocument")
    document.say("ram:LineID", said.identifier)
    document.say("ram:LineStatusReasonCode", INFORMATION if said.is_information else "")
    document.say("ram:IncludedNote/ram:Content", said.note)
    _item(place.grow("ram:SpecifiedTradeProduct"), said.item)
    agreement = place.grow("ram:SpecifiedLineTradeAgreement")
    agreement.say("ram:BuyerOrderReferencedDocument/ram:LineID", said.order_line)
    if said.price:
        _price(agreement, said.price)
    delivery = place.grow("ram:SpecifiedLineTradeDelivery")
    delivery.say("ram:BilledQuantity", said.quantity, unitCode=said.unit)
    _settlement(place.grow("ram:SpecifiedLineTradeSettlement"), said)


def _item(place: Branch, said: Item) -> None:
    place.identify("ram:GlobalID", said.standard_identifier)
    place.say("ram:SellerAssignedID", said.seller_identifier)
    place.say("ram:BuyerAssignedID", said.buyer_identifier)
    place.say("ram:Name", said.name)
    place.say("ram:Description", said.description)
    for attribute in said.attributes:
        found = place.grow("ram:ApplicableProductCharacteristic")
        found.say("ram:Description", attribute.name)
        found.say("ram:Value", attribute.value)
    for one in said.classifications:
        place.say(
            "ram:DesignatedProductClassification/ram:ClassCode",
            one.value,
            listID=one.scheme,
            listVersionID=one.version,
        )
    place.say("ram:OriginTradeCountry/ram:ID", said.origin)


def _price(place: Branch, said: Price) -> None:
    if said.gross is not None:
        gross = place.grow("ram:GrossPriceProductTradePrice")
        gross.say("ram:ChargeAmount", said.gross)
        gross.say("ram:BasisQuantity", said.base_quantity, unitCode=said.unit)
        if said.discount is not None:
            change = gross.grow("ram:AppliedTradeAllowanceCharge")
            change.say("ram:ChargeIndicator/udt:Indicator", "false")
            change.say("ram:ActualAmount", said.discount)
    net = place.grow("ram:NetPriceProductTradePrice")
    net.say("ram:ChargeAmount", said.net)
    net.say("ram:BasisQuantity", said.base_quantity, unitCode=said.unit)


def _settlement(place: Branch, said: Line) -> None:
    if said.vat_category:
        tax = place.grow("ram:ApplicableTradeTax")
        tax.say("ram:TypeCode", "VAT")
        tax.say("ram:CategoryCode", said.vat_category)
        tax.say("ram:RateApplicablePercent", said.vat_rate)
    cii_parts.period(place, said.period)
    for entry in said.allowances_charges:
        cii_parts.allowance_charge(place, entry)
    place.say("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", said.net)
    if said.invoiced_object:
        found = place.grow("ram:AdditionalReferencedDocument")
        found.say("ram:IssuerAssignedID", said.invoiced_object.value)
        found.say("ram:TypeCode", INVOICED_OBJECT)
        found.say("ram:ReferenceTypeCode", said.invoiced_object.scheme)
    account = "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
    place.say(account, said.buyer_accounting_reference)
