"""UBL 2.1 Invoice and CreditNote read into the words of EN 16931 (CEN/TS 16931-3-2)."""

import re
from typing import Any, Final

from app.documents.formats.element import Element
from app.documents.formats.supporting_documents import SupportingDocument
from app.documents.formats.ubl_line import allowance_charge, line, period
from app.documents.formats.ubl_party import address, creditor, party
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
from app.documents.rules.party import Identifier

INVOICE: Final = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE: Final = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
PREFIXES: Final = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
INVOICED_OBJECT: Final = "130"
PROJECT: Final = "50"

_SUBJECT: Final = re.compile(r"#([A-Z]{3})#(.*)", re.DOTALL)


def read(root: Any) -> EInvoice:
    """Return the e-invoice that a UBL Invoice or CreditNote element (lxml) says."""
    top = Element(root, PREFIXES)
    currency = top.text("cbc:DocumentCurrencyCode")
    return EInvoice(
        number=top.text("cbc:ID"),
        issue_date=top.day("cbc:IssueDate"),
        type_code=top.text("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode"),
        currency=currency,
        vat_accounting_currency=top.text("cbc:TaxCurrencyCode"),
        vat_point_date=top.day("cbc:TaxPointDate"),
        vat_point_code=top.text("cac:InvoicePeriod/cbc:DescriptionCode"),
        due_date=top.day("cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate"),
        payment_terms="\n".join(top.texts("cac:PaymentTerms/cbc:Note")),
        notes=tuple(_note(text) for text in top.texts("cbc:Note")),
        process=top.text("cbc:ProfileID"),
        specification=top.text("cbc:CustomizationID"),
        preceding_invoices=_preceding(top),
        seller=party(top.first("cac:AccountingSupplierParty/cac:Party")),
        buyer=party(top.first("cac:AccountingCustomerParty/cac:Party")),
        payee=_maybe_party(top.one("cac:PayeeParty")),
        tax_representative=_maybe_party(top.one("cac:TaxRepresentativeParty")),
        delivery=_delivery(top.one("cac:Delivery")),
        period=period(top.one("cac:InvoicePeriod")),
        payment_instructions=_payment_instructions(top),
        allowances_charges=tuple(map(allowance_charge, top.all("cac:AllowanceCharge"))),
        totals=totals(top, currency, "cac:LegalMonetaryTotal"),
        vat_breakdown=vat_breakdown(top, currency),
        attachments=tuple(entry.attachment for entry in supporting_documents(root)),
        lines=tuple(map(line, top.all("cac:InvoiceLine") + top.all("cac:CreditNoteLine"))),
        **_references(top),
    )


def supporting_documents(root: Any) -> list[SupportingDocument]:
    """Return BG-24 with what is embedded (BT-125), still in base64, in document order."""
    return [_supporting(entry) for entry in _supporting_elements(Element(root, PREFIXES))]


def _references(top: Element) -> dict[str, Any]:
    return {
        "buyer_reference": top.text("cbc:BuyerReference"),
        "project": top.text("cac:ProjectReference/cbc:ID") or _typed(top, PROJECT).value,
        "contract": top.text("cac:ContractDocumentReference/cbc:ID"),
        "purchase_order": top.text("cac:OrderReference/cbc:ID"),
        "sales_order": top.text("cac:OrderReference/cbc:SalesOrderID"),
        "receiving_advice": top.text("cac:ReceiptDocumentReference/cbc:ID"),
        "despatch_advice": top.text("cac:DespatchDocumentReference/cbc:ID"),
        "tender": top.text("cac:OriginatorDocumentReference/cbc:ID"),
        "invoiced_object": _typed(top, INVOICED_OBJECT)
        if _typed(top, INVOICED_OBJECT).value
        else None,
        "buyer_accounting_reference": top.text("cbc:AccountingCost"),
    }


def _typed(top: Element, code: str) -> Identifier:
    for entry in top.all("cac:AdditionalDocumentReference"):
        if entry.text("cbc:DocumentTypeCode") == code:
            return entry.identifier("cbc:ID")
    return Identifier()


def _note(text: str) -> Note:
    match = _SUBJECT.fullmatch(text)
    return Note(match[2].strip(), match[1]) if match else Note(text)


def _preceding(top: Element) -> tuple[PrecedingInvoice, ...]:
    found = top.all("cac:BillingReference/cac:InvoiceDocumentReference")
    found += top.all("cac:BillingReference/cac:CreditNoteDocumentReference")
    return tuple(
        PrecedingInvoice(entry.text("cbc:ID"), entry.day("cbc:IssueDate")) for entry in found
    )


def _maybe_party(found: Element | None) -> Any:
    return None if found is None else party(found)


def _delivery(found: Element | None) -> Delivery | None:
    if found is None:
        return None
    return Delivery(
        name=found.text("cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location=found.maybe_identifier("cac:DeliveryLocation/cbc:ID"),
        day=found.day("cbc:ActualDeliveryDate"),
        address=address(found.one("cac:DeliveryLocation/cac:Address")),
    )


def _payment_instructions(top: Element) -> tuple[PaymentInstruction, ...]:
    creditor_identifier = creditor(top)
    return tuple(
        PaymentInstruction(
            means_code=means.text("cbc:PaymentMeansCode"),
            means_text=means.attribute("name", "cbc:PaymentMeansCode"),
            remittance=means.text("cbc:PaymentID"),
            iban=means.text("cac:PayeeFinancialAccount/cbc:ID"),
            account_name=means.text("cac:PayeeFinancialAccount/cbc:Name"),
            bic=means.text(
                "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
                "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch"
                "/cac:FinancialInstitution/cbc:ID",
            ),
            card_number=means.text("cac:CardAccount/cbc:PrimaryAccountNumberID"),
            card_holder=means.text("cac:CardAccount/cbc:HolderName"),
            mandate=means.text("cac:PaymentMandate/cbc:ID"),
            creditor=creditor_identifier,
            debited_iban=means.text("cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"),
        )
        for means in top.all("cac:PaymentMeans")
    )


def _tax_total(top: Element, currency: str) -> Element:
    """Return the TaxTotal in the currency of the invoice: another one may be in BT-6."""
    totals = top.all("cac:TaxTotal")
    own = [entry for entry in totals if entry.attribute("currencyID", "cbc:TaxAmount") == currency]
    with_breakdown = [entry for entry in own or totals if entry.one("cac:TaxSubtotal") is not None]
    return (with_breakdown or own or totals or [top.first("none")])[0]


def totals(top: Element, currency: str, *paths: str) -> Totals:
    """Return BG-22: the VAT in `currency`, the sums of the element at the first of `paths`."""
    found = top.first(*paths)
    own = _tax_total(top, currency)
    others = [entry for entry in top.all("cac:TaxTotal") if entry.element is not own.element]
    return Totals(
        lines=found.number("cbc:LineExtensionAmount"),
        allowances=found.number("cbc:AllowanceTotalAmount"),
        charges=found.number("cbc:ChargeTotalAmount"),
        without_vat=found.number("cbc:TaxExclusiveAmount"),
        vat=own.number("cbc:TaxAmount"),
        vat_accounting=others[0].number("cbc:TaxAmount") if others else None,
        with_vat=found.number("cbc:TaxInclusiveAmount"),
        paid=found.number("cbc:PrepaidAmount"),
        rounding=found.number("cbc:PayableRoundingAmount"),
        due=found.number("cbc:PayableAmount"),
    )


def vat_breakdown(top: Element, currency: str) -> tuple[VatBreakdown, ...]:
    """Return BG-23 of the tax total in `currency`."""
    return tuple(
        VatBreakdown(
            base=entry.number("cbc:TaxableAmount"),
            amount=entry.number("cbc:TaxAmount"),
            category=entry.text("cac:TaxCategory/cbc:ID"),
            rate=entry.number("cac:TaxCategory/cbc:Percent", "cbc:Percent"),
            exemption_reason=entry.text("cac:TaxCategory/cbc:TaxExemptionReason"),
            exemption_code=entry.text("cac:TaxCategory/cbc:TaxExemptionReasonCode"),
        )
        for entry in _tax_total(top, currency).all("cac:TaxSubtotal")
    )


def _supporting_elements(top: Element) -> list[Element]:
    return [
        entry
        for entry in top.all("cac:AdditionalDocumentReference")
        if entry.text("cbc:DocumentTypeCode") not in {INVOICED_OBJECT, PROJECT}
    ]


def _supporting(entry: Element) -> SupportingDocument:
    embedded = entry.first("cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
    attachment = Attachment(
        reference=entry.text("cbc:ID"),
        description=entry.text("cbc:DocumentDescription", "cbc:DocumentType"),
        location=entry.text("cac:Attachment/cac:ExternalReference/cbc:URI"),
        name=embedded.attribute("filename"),
        media_type=embedded.attribute("mimeCode"),
    )
    return SupportingDocument(attachment, embedded.own_text)
