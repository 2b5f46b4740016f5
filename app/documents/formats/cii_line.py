"""Lines, prices, allowances and periods of the Cross Industry Invoice in the words of EN 16931."""

from typing import Final

from app.documents.formats.element import Element
from app.documents.rules.line import AllowanceCharge, Attribute, Item, Line, Period, Price
from app.documents.rules.party import Identifier

INVOICED_OBJECT: Final = "130"
NOT_SUMMED: Final = frozenset({"GROUP", "INFORMATION"})
"""Values of BT-X-8 (Factur-X EXTENDED) that mark a line as heading or remark, not as an amount."""


def line(found: Element) -> Line:
    """Return the line that a ram:IncludedSupplyChainTradeLineItem element says."""
    document = found.first("ram:AssociatedDocumentLineDocument")
    agreement = found.first("ram:SpecifiedLineTradeAgreement")
    settlement = found.first("ram:SpecifiedLineTradeSettlement")
    quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    return Line(
        identifier=document.text("ram:LineID"),
        note="\n".join(document.texts("ram:IncludedNote/ram:Content")),
        invoiced_object=_invoiced_object(settlement),
        quantity=found.number(quantity),
        unit=found.attribute("unitCode", quantity),
        net=settlement.number(
            "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        ),
        order_line=agreement.text("ram:BuyerOrderReferencedDocument/ram:LineID"),
        buyer_accounting_reference=settlement.text(
            "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
        ),
        period=period(settlement.one("ram:BillingSpecifiedPeriod")),
        allowances_charges=tuple(
            map(allowance_charge, settlement.all("ram:SpecifiedTradeAllowanceCharge"))
        ),
        price=_price(agreement),
        vat_category=settlement.text("ram:ApplicableTradeTax/ram:CategoryCode"),
        vat_rate=settlement.number("ram:ApplicableTradeTax/ram:RateApplicablePercent"),
        item=_item(found.first("ram:SpecifiedTradeProduct")),
        is_information=document.text("ram:LineStatusReasonCode") in NOT_SUMMED,
    )


def allowance_charge(found: Element) -> AllowanceCharge:
    """Return what a ram:SpecifiedTradeAllowanceCharge element says."""
    return AllowanceCharge(
        is_charge=found.is_true("ram:ChargeIndicator/udt:Indicator"),
        amount=found.number("ram:ActualAmount"),
        base=found.number("ram:BasisAmount"),
        percent=found.number("ram:CalculationPercent"),
        vat_category=found.text("ram:CategoryTradeTax/ram:CategoryCode"),
        vat_rate=found.number("ram:CategoryTradeTax/ram:RateApplicablePercent"),
        reason=found.text("ram:Reason"),
        reason_code=found.text("ram:ReasonCode"),
    )


def service_charge(found: Element) -> AllowanceCharge:
    """Return the charge that a ram:SpecifiedLogisticsServiceCharge says (Factur-X EXTENDED)."""
    return AllowanceCharge(
        is_charge=True,
        amount=found.number("ram:AppliedAmount"),
        vat_category=found.text("ram:AppliedTradeTax/ram:CategoryCode"),
        vat_rate=found.number("ram:AppliedTradeTax/ram:RateApplicablePercent"),
        reason=found.text("ram:Description"),
    )


def period(found: Element | None) -> Period | None:
    """Return the period that a ram:BillingSpecifiedPeriod element says."""
    if found is None:
        return None
    return Period(
        found.day("ram:StartDateTime/udt:DateTimeString"),
        found.day("ram:EndDateTime/udt:DateTimeString"),
    )


def _invoiced_object(settlement: Element) -> Identifier | None:
    for entry in settlement.all("ram:AdditionalReferencedDocument"):
        if entry.text("ram:TypeCode") == INVOICED_OBJECT:
            return referenced_object(entry)
    return None


def referenced_object(entry: Element) -> Identifier | None:
    """Return BT-18 or BT-128, whose scheme (UNTDID 1153) is an element of its own in CII."""
    value = entry.text("ram:IssuerAssignedID")
    return Identifier(value, entry.text("ram:ReferenceTypeCode")) if value else None


def _price(agreement: Element) -> Price | None:
    net, gross = "ram:NetPriceProductTradePrice", "ram:GrossPriceProductTradePrice"
    if agreement.one(net) is None and agreement.one(gross) is None:
        return None
    quantity = f"{net}/ram:BasisQuantity", f"{gross}/ram:BasisQuantity"
    return Price(
        net=agreement.number(f"{net}/ram:ChargeAmount"),
        discount=agreement.number(f"{gross}/ram:AppliedTradeAllowanceCharge/ram:ActualAmount"),
        gross=agreement.number(f"{gross}/ram:ChargeAmount"),
        base_quantity=agreement.number(*quantity),
        unit=agreement.first(*quantity).attribute("unitCode"),
    )


def _item(found: Element) -> Item:
    return Item(
        name=found.text("ram:Name"),
        description=found.text("ram:Description"),
        seller_identifier=found.text("ram:SellerAssignedID"),
        buyer_identifier=found.text("ram:BuyerAssignedID"),
        standard_identifier=found.maybe_identifier("ram:GlobalID"),
        classifications=tuple(
            Identifier(entry.own_text, entry.attribute("listID"), entry.attribute("listVersionID"))
            for entry in found.all("ram:DesignatedProductClassification/ram:ClassCode")
        ),
        origin=found.text("ram:OriginTradeCountry/ram:ID"),
        attributes=tuple(
            Attribute(entry.text("ram:Description"), entry.text("ram:Value"))
            for entry in found.all("ram:ApplicableProductCharacteristic")
        ),
    )
