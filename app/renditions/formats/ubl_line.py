"""Lines, items and prices of UBL 2.1, written in its order."""

from decimal import Decimal

from app.documents.formats.ubl import INVOICED_OBJECT
from app.documents.rules.line import Item, Line, Price
from app.renditions.formats import ubl_parts
from app.renditions.formats.tree import Branch
from app.renditions.formats.ubl_money import allowance_charge, category


def invoice_line(top: Branch, said: Line, currency: str, is_credit: bool) -> None:
    """Write BG-25 of an Invoice or a CreditNote."""
    place = top.grow("cac:CreditNoteLine" if is_credit else "cac:InvoiceLine")
    place.say("cbc:ID", said.identifier)
    place.say("cbc:Note", said.note)
    name = "cbc:CreditedQuantity" if is_credit else "cbc:InvoicedQuantity"
    place.say(name, said.quantity, unitCode=said.unit)
    place.say("cbc:LineExtensionAmount", said.net, currencyID=currency)
    place.say("cbc:AccountingCost", said.buyer_accounting_reference)
    ubl_parts.period(place, "cac:InvoicePeriod", said.period)
    place.say("cac:OrderLineReference/cbc:LineID", said.order_line)
    if said.invoiced_object:
        reference = place.grow("cac:DocumentReference")
        reference.identify("cbc:ID", said.invoiced_object)
        reference.say("cbc:DocumentTypeCode", INVOICED_OBJECT)
    for entry in said.allowances_charges:
        allowance_charge(place.grow("cac:AllowanceCharge"), entry, currency)
    item(place, said.item, said)
    price(place, said.price, currency)


def item(place: Branch, said: Item, line: Line) -> None:
    """Write BG-31 with the VAT of its line (BG-30)."""
    found = place.grow("cac:Item")
    found.say("cbc:Description", said.description)
    found.say("cbc:Name", said.name)
    found.say("cac:BuyersItemIdentification/cbc:ID", said.buyer_identifier)
    found.say("cac:SellersItemIdentification/cbc:ID", said.seller_identifier)
    found.grow("cac:StandardItemIdentification").identify("cbc:ID", said.standard_identifier)
    found.say("cac:OriginCountry/cbc:IdentificationCode", said.origin)
    for one in said.classifications:
        found.say(
            "cac:CommodityClassification/cbc:ItemClassificationCode",
            one.value,
            listID=one.scheme,
            listVersionID=one.version,
        )
    if line.vat_category:
        category(found, "cac:ClassifiedTaxCategory", line.vat_category, line.vat_rate)
    for attribute in said.attributes:
        entry = found.grow("cac:AdditionalItemProperty")
        entry.say("cbc:Name", attribute.name)
        entry.say("cbc:Value", attribute.value)


def price(place: Branch, said: Price | None, currency: str) -> None:
    """Write BG-29; a gross price without a discount has the difference as its discount."""
    if said is None:
        return
    found = place.grow("cac:Price")
    found.say("cbc:PriceAmount", said.net, currencyID=currency)
    found.say("cbc:BaseQuantity", said.base_quantity, unitCode=said.unit)
    discount = said.discount
    if discount is None and said.gross is not None:
        discount = said.gross - (said.net or Decimal(0))
    if discount is not None:
        change = found.grow("cac:AllowanceCharge")
        change.say("cbc:ChargeIndicator", "false")
        change.say("cbc:Amount", discount, currencyID=currency)
        change.say("cbc:BaseAmount", said.gross, currencyID=currency)
