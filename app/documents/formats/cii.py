"""UN/CEFACT Cross Industry Invoice read into the words of EN 16931 (CEN/TS 16931-3-3)."""

from typing import Any, Final

from app.documents.formats.cii_line import (
    INVOICED_OBJECT,
    allowance_charge,
    line,
    period,
    referenced_object,
    service_charge,
)
from app.documents.formats.cii_party import address, party
from app.documents.formats.element import Element
from app.documents.formats.supporting_documents import SupportingDocument
from app.documents.rules.einvoice import (
    Attachment,
    Delivery,
    EInvoice,
    Note,
    PaymentInstruction,
    PrecedingInvoice,
    Totals,
    VatBreakdown,
)

ROOT: Final = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
ZUGFERD_1: Final = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
PREFIXES: Final = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
TENDER: Final = "50"

_CONTEXT: Final = "rsm:ExchangedDocumentContext"
_DOCUMENT: Final = "rsm:ExchangedDocument"
_TRANSACTION: Final = "rsm:SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRANSACTION}/ram:ApplicableHeaderTradeAgreement"
_DELIVERY: Final = f"{_TRANSACTION}/ram:ApplicableHeaderTradeDelivery"
_SETTLEMENT: Final = f"{_TRANSACTION}/ram:ApplicableHeaderTradeSettlement"


def read(root: Any) -> EInvoice:
    """Return the e-invoice that a CrossIndustryInvoice element (lxml) says."""
    top = Element(root, PREFIXES)
    agreement, delivery = top.first(_AGREEMENT), top.first(_DELIVERY)
    settlement = top.first(_SETTLEMENT)
    currency = settlement.text("ram:InvoiceCurrencyCode")
    return EInvoice(
        **_header(top),
        **_references(agreement, delivery, settlement),
        currency=currency,
        vat_accounting_currency=settlement.text("ram:TaxCurrencyCode"),
        vat_point_date=settlement.day("ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString"),
        vat_point_code=settlement.text("ram:ApplicableTradeTax/ram:DueDateTypeCode"),
        due_date=settlement.day(
            "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"
        ),
        payment_terms="\n".join(settlement.texts("ram:SpecifiedTradePaymentTerms/ram:Description")),
        preceding_invoices=_preceding(settlement),
        seller=party(agreement.first("ram:SellerTradeParty")),
        buyer=party(agreement.first("ram:BuyerTradeParty")),
        payee=_maybe_party(settlement.one("ram:PayeeTradeParty")),
        tax_representative=_maybe_party(agreement.one("ram:SellerTaxRepresentativeTradeParty")),
        delivery=_delivery(delivery),
        period=period(settlement.one("ram:BillingSpecifiedPeriod")),
        payment_instructions=_payment_instructions(settlement),
        allowances_charges=(
            *map(allowance_charge, settlement.all("ram:SpecifiedTradeAllowanceCharge")),
            *map(service_charge, settlement.all("ram:SpecifiedLogisticsServiceCharge")),
        ),
        totals=_totals(settlement, currency),
        vat_breakdown=tuple(map(_vat, settlement.all("ram:ApplicableTradeTax"))),
        attachments=tuple(entry.attachment for entry in supporting_documents(root)),
        lines=tuple(map(line, top.all(f"{_TRANSACTION}/ram:IncludedSupplyChainTradeLineItem"))),
    )


def supporting_documents(root: Any) -> list[SupportingDocument]:
    """Return BG-24 with what is embedded (BT-125), still in base64, in document order."""
    found = Element(root, PREFIXES).all(f"{_AGREEMENT}/ram:AdditionalReferencedDocument")
    return [
        _supporting(entry)
        for entry in found
        if entry.text("ram:TypeCode") not in {INVOICED_OBJECT, TENDER}
    ]


def _header(top: Element) -> dict[str, Any]:
    context, document = top.first(_CONTEXT), top.first(_DOCUMENT)
    return {
        "number": document.text("ram:ID"),
        "type_code": document.text("ram:TypeCode"),
        "issue_date": document.day("ram:IssueDateTime/udt:DateTimeString"),
        "notes": tuple(
            Note(entry.text("ram:Content"), entry.text("ram:SubjectCode"))
            for entry in document.all("ram:IncludedNote")
        ),
        "process": context.text("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
        "specification": context.text("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
    }


def _references(agreement: Element, delivery: Element, settlement: Element) -> dict[str, Any]:
    number = "ram:IssuerAssignedID"
    typed = {
        entry.text("ram:TypeCode"): entry
        for entry in reversed(agreement.all("ram:AdditionalReferencedDocument"))
    }
    invoiced_object = typed.get(INVOICED_OBJECT)
    return {
        "buyer_reference": agreement.text("ram:BuyerReference"),
        "project": agreement.text("ram:SpecifiedProcuringProject/ram:ID"),
        "contract": agreement.text(f"ram:ContractReferencedDocument/{number}"),
        "purchase_order": agreement.text(f"ram:BuyerOrderReferencedDocument/{number}"),
        "sales_order": agreement.text(f"ram:SellerOrderReferencedDocument/{number}"),
        "receiving_advice": delivery.text(f"ram:ReceivingAdviceReferencedDocument/{number}"),
        "despatch_advice": delivery.text(f"ram:DespatchAdviceReferencedDocument/{number}"),
        "tender": typed[TENDER].text(number) if TENDER in typed else "",
        "invoiced_object": referenced_object(invoiced_object) if invoiced_object else None,
        "buyer_accounting_reference": settlement.text(
            "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
        ),
    }


def _preceding(settlement: Element) -> tuple[PrecedingInvoice, ...]:
    return tuple(
        PrecedingInvoice(
            entry.text("ram:IssuerAssignedID"),
            entry.day("ram:FormattedIssueDateTime/qdt:DateTimeString"),
        )
        for entry in settlement.all("ram:InvoiceReferencedDocument")
    )


def _maybe_party(found: Element | None) -> Any:
    return None if found is None else party(found)


def _delivery(found: Element) -> Delivery | None:
    place = found.first("ram:ShipToTradeParty")
    delivery = Delivery(
        name=place.text("ram:Name"),
        location=place.maybe_identifier("ram:GlobalID", "ram:ID"),
        day=found.day(
            "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
        ),
        address=address(place.one("ram:PostalTradeAddress")),
    )
    return delivery if delivery != Delivery() else None


def _payment_instructions(settlement: Element) -> tuple[PaymentInstruction, ...]:
    remittance = settlement.text("ram:PaymentReference")
    creditor = settlement.text("ram:CreditorReferenceID")
    mandate = settlement.text("ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID")
    found = settlement.all("ram:SpecifiedTradeSettlementPaymentMeans")
    if not found and (remittance or creditor or mandate):
        found = [settlement.first("none")]  # a reference without a way to pay is still said
    payee, card = (
        "ram:PayeePartyCreditorFinancialAccount",
        "ram:ApplicableTradeSettlementFinancialCard",
    )
    return tuple(
        PaymentInstruction(
            means_code=means.text("ram:TypeCode"),
            means_text=means.text("ram:Information"),
            remittance=remittance,
            iban=means.text(f"{payee}/ram:IBANID", f"{payee}/ram:ProprietaryID"),
            account_name=means.text(f"{payee}/ram:AccountName"),
            bic=means.text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
            card_number=means.text(f"{card}/ram:ID"),
            card_holder=means.text(f"{card}/ram:CardholderName"),
            mandate=mandate,
            creditor=creditor,
            debited_iban=means.text("ram:PayerPartyDebtorFinancialAccount/ram:IBANID"),
        )
        for means in found
    )


def _totals(settlement: Element, currency: str) -> Totals:
    found = settlement.first("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    vat = found.all("ram:TaxTotalAmount")
    own = [entry for entry in vat if entry.attribute("currencyID") in {currency, ""}][:1]
    other = [entry for entry in vat if entry.attribute("currencyID") not in {currency, ""}]
    return Totals(
        lines=found.number("ram:LineTotalAmount"),
        allowances=found.number("ram:AllowanceTotalAmount"),
        charges=found.number("ram:ChargeTotalAmount"),
        without_vat=found.number("ram:TaxBasisTotalAmount"),
        vat=own[0].number(".") if own else None,
        vat_accounting=other[0].number(".") if other else None,
        with_vat=found.number("ram:GrandTotalAmount"),
        paid=found.number("ram:TotalPrepaidAmount"),
        rounding=found.number("ram:RoundingAmount"),
        due=found.number("ram:DuePayableAmount"),
    )


def _vat(found: Element) -> VatBreakdown:
    return VatBreakdown(
        base=found.number("ram:BasisAmount"),
        amount=found.number("ram:CalculatedAmount"),
        category=found.text("ram:CategoryCode"),
        rate=found.number("ram:RateApplicablePercent"),
        exemption_reason=found.text("ram:ExemptionReason"),
        exemption_code=found.text("ram:ExemptionReasonCode"),
    )


def _supporting(entry: Element) -> SupportingDocument:
    embedded = entry.first("ram:AttachmentBinaryObject")
    attachment = Attachment(
        reference=entry.text("ram:IssuerAssignedID"),
        description=entry.text("ram:Name"),
        location=entry.text("ram:URIID"),
        name=embedded.attribute("filename"),
        media_type=embedded.attribute("mimeCode"),
    )
    return SupportingDocument(attachment, embedded.own_text)
