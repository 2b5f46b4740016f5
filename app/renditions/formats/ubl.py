"""UBL 2.1 Invoice and CreditNote written from an e-invoice (CEN/TS 16931-3-2)."""

from collections.abc import Mapping
from typing import Final

from app.documents.formats.ubl import CREDIT_NOTE, INVOICE, INVOICED_OBJECT, PREFIXES, PROJECT
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.type_codes import CREDIT_NOTE_CODES
from app.renditions.formats import ubl_line, ubl_money, ubl_parts
from app.renditions.formats.tree import Branch

VAT_POINT_CODES: Final = {"5": "3", "29": "35", "72": "432"}
"""BT-8 as CII says it (UNTDID 2475) → as UBL does (UNTDID 2005)."""


def written(einvoice: EInvoice, embedded: Mapping[str, bytes] | None = None) -> bytes:
    """Return the XML; `embedded` holds the bytes of attachments (BT-125) by their name.

    Everything that an `EInvoice` of kind invoice or credit note holds is written, but for sub-lines
    that are not summed, which EN 16931 does not know.
    """
    is_credit = einvoice.type_code in CREDIT_NOTE_CODES
    name = CREDIT_NOTE if is_credit else INVOICE
    top = Branch.root(name, PREFIXES, default=name[1:].partition("}")[0])
    _head(top, einvoice, is_credit)
    _references(top, einvoice, embedded or {}, is_credit)
    _parties(top, einvoice)
    ubl_parts.delivery(top, einvoice.delivery)
    ubl_money.payment(top, einvoice, is_credit)
    for entry in einvoice.allowances_charges:
        ubl_money.allowance_charge(top.grow("cac:AllowanceCharge"), entry, einvoice.currency)
    ubl_money.vat(top, einvoice)
    ubl_money.totals(top.grow("cac:LegalMonetaryTotal"), einvoice)
    for line in einvoice.lines:
        ubl_line.invoice_line(top, line, einvoice.currency, is_credit)
    return top.written()


def _head(top: Branch, einvoice: EInvoice, is_credit: bool) -> None:
    top.say("cbc:CustomizationID", einvoice.specification)
    top.say("cbc:ProfileID", einvoice.process)
    top.say("cbc:ID", einvoice.number)
    top.say("cbc:IssueDate", einvoice.issue_date)
    if is_credit:
        top.say("cbc:TaxPointDate", einvoice.vat_point_date)
        top.say("cbc:CreditNoteTypeCode", einvoice.type_code)
    else:
        top.say("cbc:DueDate", einvoice.due_date)
        top.say("cbc:InvoiceTypeCode", einvoice.type_code)
    for note in einvoice.notes:
        subject = f"#{note.subject_code}#" if note.subject_code else ""
        top.say("cbc:Note", f"{subject}{note.text}")
    if not is_credit:
        top.say("cbc:TaxPointDate", einvoice.vat_point_date)
    top.say("cbc:DocumentCurrencyCode", einvoice.currency)
    top.say("cbc:TaxCurrencyCode", ubl_money.accounting_currency(einvoice))
    top.say("cbc:AccountingCost", einvoice.buyer_accounting_reference)
    top.say("cbc:BuyerReference", einvoice.buyer_reference)
    code = VAT_POINT_CODES.get(einvoice.vat_point_code, einvoice.vat_point_code)
    ubl_parts.period(top, "cac:InvoicePeriod", einvoice.period, code)


def _references(
    top: Branch, einvoice: EInvoice, embedded: Mapping[str, bytes], is_credit: bool
) -> None:
    ubl_parts.order(top, einvoice.purchase_order, einvoice.sales_order)
    for preceding in einvoice.preceding_invoices:
        reference = top.grow("cac:BillingReference").grow("cac:InvoiceDocumentReference")
        reference.say("cbc:ID", preceding.number)
        reference.say("cbc:IssueDate", preceding.issue_date)
    top.say("cac:DespatchDocumentReference/cbc:ID", einvoice.despatch_advice)
    top.say("cac:ReceiptDocumentReference/cbc:ID", einvoice.receiving_advice)
    tender = "cac:OriginatorDocumentReference/cbc:ID"
    if not is_credit:
        top.say(tender, einvoice.tender)
    top.say("cac:ContractDocumentReference/cbc:ID", einvoice.contract)
    if einvoice.invoiced_object:
        reference = top.grow("cac:AdditionalDocumentReference")
        reference.identify("cbc:ID", einvoice.invoiced_object)
        reference.say("cbc:DocumentTypeCode", INVOICED_OBJECT)
    for attachment in einvoice.attachments:
        ubl_parts.attachment(top, attachment, embedded.get(attachment.name))
    if not is_credit:
        top.say("cac:ProjectReference/cbc:ID", einvoice.project)
    elif einvoice.project:
        # A CreditNote of UBL 2.1 has no ProjectReference.
        reference = top.grow("cac:AdditionalDocumentReference")
        reference.say("cbc:ID", einvoice.project)
        reference.say("cbc:DocumentTypeCode", PROJECT)
    if is_credit:
        top.say(tender, einvoice.tender)


def _parties(top: Branch, einvoice: EInvoice) -> None:
    creditors = [one.creditor for one in einvoice.payment_instructions if one.creditor]
    creditor = creditors[0] if creditors else ""
    for_seller = "" if einvoice.payee else creditor
    seller = top.grow("cac:AccountingSupplierParty").grow("cac:Party")
    ubl_parts.party(seller, einvoice.seller, creditor=for_seller)
    buyer = top.grow("cac:AccountingCustomerParty").grow("cac:Party")
    ubl_parts.party(buyer, einvoice.buyer)
    if einvoice.payee:
        ubl_parts.named_party(top.grow("cac:PayeeParty"), einvoice.payee, creditor=creditor)
    if einvoice.tax_representative:
        found = top.grow("cac:TaxRepresentativeParty")
        ubl_parts.named_party(found, einvoice.tax_representative)
