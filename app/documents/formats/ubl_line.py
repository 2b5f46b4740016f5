"""Lines, prices, allowances and periods of UBL 2.1 in the words of EN 16931."""

from app.documents.formats.element import Element
from app.documents.rules.line import AllowanceCharge, Attribute, Item, Line, Period, Price
from app.documents.rules.party import Identifier


def line(found: Element) -> Line:
    """Return the line that a cac:InvoiceLine or cac:CreditNoteLine element says."""
    quantity = "cbc:InvoicedQuantity", "cbc:CreditedQuantity"
    item = found.first("cac:Item")
    return Line(
        identifier=found.text("cbc:ID"),
        note="\n".join(found.texts("cbc:Note")),
        invoiced_object=found.maybe_identifier("cac:DocumentReference/cbc:ID"),
        quantity=found.number(*quantity),
        unit=found.first(*quantity).attribute("unitCode"),
        net=found.number("cbc:LineExtensionAmount"),
        order_line=found.text("cac:OrderLineReference/cbc:LineID"),
        buyer_accounting_reference=found.text("cbc:AccountingCost"),
        period=period(found.one("cac:InvoicePeriod")),
        allowances_charges=tuple(map(allowance_charge, found.all("cac:AllowanceCharge"))),
        price=_price(found.one("cac:Price")),
        vat_category=item.text("cac:ClassifiedTaxCategory/cbc:ID"),
        vat_rate=item.number("cac:ClassifiedTaxCategory/cbc:Percent"),
        item=_item(item),
    )


def quotation_line(found: Element) -> Line:
    """Return the line that a cac:QuotationLine element says; what is offered is its LineItem."""
    notes = found.texts("cbc:Note") + found.texts("cac:LineItem/cbc:Note")
    return _line_item(found.first("cac:LineItem"), notes, found.text("cbc:ID"))


def response_line(found: Element) -> Line:
    """Return the line that a cac:OrderLine element of an order response says."""
    notes = found.texts("cbc:Note") + found.texts("cac:LineItem/cbc:Note")
    return _line_item(found.first("cac:LineItem"), notes, "")


def despatch_line(found: Element) -> Line:
    """Return the line that a cac:DespatchLine element says: quantities, no prices."""
    delivered = "cbc:DeliveredQuantity"
    waiting = "cbc:BackorderQuantity", "cbc:OutstandingQuantity"
    reasons = found.texts("cbc:BackorderReason") + found.texts("cbc:OutstandingReason")
    return Line(
        identifier=found.text("cbc:ID"),
        note="\n".join(found.texts("cbc:Note") + reasons),
        quantity=found.number(delivered),
        unit=found.first(delivered, *waiting).attribute("unitCode"),
        outstanding=found.number(*waiting),
        order_line=found.text("cac:OrderLineReference/cbc:LineID"),
        status=found.text("cbc:LineStatusCode"),
        item=_item(found.first("cac:Item")),
    )


def _line_item(found: Element, notes: list[str], identifier: str) -> Line:
    """Return the line of a cac:LineItem; `identifier` is that of the line around it."""
    item = found.first("cac:Item")
    return Line(
        identifier=identifier or found.text("cbc:ID"),
        note="\n".join(notes),
        quantity=found.number("cbc:Quantity"),
        unit=found.attribute("unitCode", "cbc:Quantity"),
        net=found.number("cbc:LineExtensionAmount"),
        order_line=found.text("cac:OrderLineReference/cbc:LineID"),
        status=found.text("cbc:LineStatusCode"),
        allowances_charges=tuple(map(allowance_charge, found.all("cac:AllowanceCharge"))),
        price=_price(found.one("cac:Price")),
        vat_category=item.text("cac:ClassifiedTaxCategory/cbc:ID"),
        vat_rate=item.number("cac:ClassifiedTaxCategory/cbc:Percent"),
        item=_item(item),
    )


def allowance_charge(found: Element) -> AllowanceCharge:
    """Return the allowance or charge that a cac:AllowanceCharge element says."""
    return AllowanceCharge(
        is_charge=found.is_true("cbc:ChargeIndicator"),
        amount=found.number("cbc:Amount"),
        base=found.number("cbc:BaseAmount"),
        percent=found.number("cbc:MultiplierFactorNumeric"),
        vat_category=found.text("cac:TaxCategory/cbc:ID"),
        vat_rate=found.number("cac:TaxCategory/cbc:Percent"),
        reason=found.text("cbc:AllowanceChargeReason"),
        reason_code=found.text("cbc:AllowanceChargeReasonCode"),
    )


def period(found: Element | None) -> Period | None:
    """Return the period of a cac:InvoicePeriod; one that only says BT-8 has no days."""
    if found is None:
        return None
    days = Period(found.day("cbc:StartDate"), found.day("cbc:EndDate"))
    return days if days != Period() else None


def _price(found: Element | None) -> Price | None:
    if found is None:
        return None
    return Price(
        net=found.number("cbc:PriceAmount"),
        discount=found.number("cac:AllowanceCharge/cbc:Amount"),
        gross=found.number("cac:AllowanceCharge/cbc:BaseAmount"),
        base_quantity=found.number("cbc:BaseQuantity"),
        unit=found.attribute("unitCode", "cbc:BaseQuantity"),
    )


def _item(found: Element) -> Item:
    return Item(
        name=found.text("cbc:Name"),
        description="\n".join(found.texts("cbc:Description")),
        seller_identifier=found.text("cac:SellersItemIdentification/cbc:ID"),
        buyer_identifier=found.text("cac:BuyersItemIdentification/cbc:ID"),
        standard_identifier=found.maybe_identifier("cac:StandardItemIdentification/cbc:ID"),
        classifications=tuple(
            Identifier(entry.own_text, entry.attribute("listID"), entry.attribute("listVersionID"))
            for entry in found.all("cac:CommodityClassification/cbc:ItemClassificationCode")
        ),
        origin=found.text("cac:OriginCountry/cbc:IdentificationCode"),
        attributes=tuple(
            Attribute(entry.text("cbc:Name"), entry.text("cbc:Value"))
            for entry in found.all("cac:AdditionalItemProperty")
        ),
    )
