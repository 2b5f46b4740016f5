"""UBL 2.1 Quotation, Reminder, OrderResponse and DespatchAdvice, written in OASIS' order.

What UBL has no place for in a kind of document is left out: it has no rules beyond its schema.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from app.documents.formats import ubl_schema
from app.documents.formats.ubl import PREFIXES
from app.documents.rules.einvoice import EInvoice, RemindedInvoice
from app.documents.rules.kinds import Kind
from app.renditions.formats import ubl_money, ubl_other_line, ubl_parts
from app.renditions.formats.tree import Branch

NAMES: Final = {
    Kind.QUOTE: "Quotation",
    Kind.REMINDER: "Reminder",
    Kind.ORDER_CONFIRMATION: "OrderResponse",
    Kind.DELIVERY_NOTE: "DespatchAdvice",
}


def written(einvoice: EInvoice, kind: Kind, embedded: Mapping[str, bytes] | None = None) -> bytes:
    """Return the XML of a document that is neither invoice nor credit note.

    `embedded` holds the bytes of attachments (BT-125) by their name.
    """
    name = ubl_schema.tag(NAMES[kind])
    top = Branch.root(name, PREFIXES, default=name[1:].partition("}")[0])
    top.say("cbc:CustomizationID", einvoice.specification)
    top.say("cbc:ProfileID", einvoice.process)
    top.say("cbc:ID", einvoice.number)
    _WRITERS[kind](top, einvoice, embedded or {})
    return top.written()


def _quotation(top: Branch, said: EInvoice, embedded: Mapping[str, bytes]) -> None:
    top.say("cbc:IssueDate", said.issue_date)
    _notes(top, said)
    top.say("cbc:PricingCurrencyCode", said.currency)
    ubl_parts.period(top, "cac:ValidityPeriod", said.validity)
    top.say("cac:RequestForQuotationDocumentReference/cbc:ID", said.tender)
    _attachments(top, said, embedded)
    top.say("cac:Contract/cbc:ID", said.contract)
    _parties(top, said, "cac:SellerSupplierParty", "cac:BuyerCustomerParty")
    ubl_parts.delivery(top, said.delivery)
    # A Quotation has one way to pay, and its terms among the conditions.
    first = replace(said, payment_instructions=said.payment_instructions[:1], payment_terms="")
    ubl_money.payment(top, first, is_credit=True)
    top.say("cac:TransactionConditions/cbc:Description", said.payment_terms)
    _money(top, said, "cac:QuotedMonetaryTotal", is_needed=True)
    for line in said.lines:
        ubl_other_line.quotation_line(top, line, said.currency)


def _reminder(top: Branch, said: EInvoice, embedded: Mapping[str, bytes]) -> None:
    top.say("cbc:IssueDate", said.issue_date)
    top.say("cbc:ReminderSequenceNumeric", said.reminder_level)
    _notes(top, said)
    top.say("cbc:DocumentCurrencyCode", said.currency)
    top.say("cbc:AccountingCost", said.buyer_accounting_reference)
    ubl_parts.period(top, "cac:ReminderPeriod", said.period)
    _attachments(top, said, embedded)
    _parties(top, said, "cac:AccountingSupplierParty", "cac:AccountingCustomerParty")
    if said.payee:
        ubl_parts.named_party(top.grow("cac:PayeeParty"), said.payee)
    ubl_money.payment(top, said, is_credit=True)
    _money(top, said, "cac:LegalMonetaryTotal", is_needed=True)
    for place, one in enumerate(said.reminded_invoices, start=1):
        _reminded(top.grow("cac:ReminderLine"), one, str(place), said.currency)


def _order_response(top: Branch, said: EInvoice, embedded: Mapping[str, bytes]) -> None:
    top.say("cbc:IssueDate", said.issue_date)
    top.say("cbc:OrderResponseCode", said.response_code)
    _notes(top, said)
    top.say("cbc:DocumentCurrencyCode", said.currency)
    top.say("cbc:AccountingCost", said.buyer_accounting_reference)
    ubl_parts.period(top, "cac:ValidityPeriod", said.validity)
    ubl_parts.order(top, said.purchase_order or ubl_parts.NOT_GIVEN, said.sales_order)
    top.say("cac:OriginatorDocumentReference/cbc:ID", said.tender)
    _attachments(top, said, embedded)
    top.say("cac:Contract/cbc:ID", said.contract)
    _parties(top, said, "cac:SellerSupplierParty", "cac:BuyerCustomerParty")
    ubl_parts.delivery(top, said.delivery)
    ubl_money.payment(top, said, is_credit=True)
    _money(top, said, "cac:LegalMonetaryTotal", is_needed=False)
    for line in said.lines:
        ubl_other_line.response_line(top, line, said.currency)


def _despatch_advice(top: Branch, said: EInvoice, embedded: Mapping[str, bytes]) -> None:
    top.say("cbc:IssueDate", said.issue_date)
    _notes(top, said)
    ubl_parts.order(top, said.purchase_order, said.sales_order)
    _attachments(top, said, embedded)
    _parties(top, said, "cac:DespatchSupplierParty", "cac:DeliveryCustomerParty")
    if said.delivery:
        shipment = top.grow("cac:Shipment")
        shipment.say("cbc:ID", ubl_parts.NOT_GIVEN)
        ubl_parts.delivery(shipment, said.delivery)
    for line in said.lines:
        ubl_other_line.despatch_line(top, line)


_WRITERS: Final[dict[Kind, Callable[[Branch, EInvoice, Mapping[str, bytes]], None]]] = {
    Kind.QUOTE: _quotation,
    Kind.REMINDER: _reminder,
    Kind.ORDER_CONFIRMATION: _order_response,
    Kind.DELIVERY_NOTE: _despatch_advice,
}


def _notes(top: Branch, said: EInvoice) -> None:
    for note in said.notes:
        subject = f"#{note.subject_code}#" if note.subject_code else ""
        top.say("cbc:Note", f"{subject}{note.text}")


def _attachments(top: Branch, said: EInvoice, embedded: Mapping[str, bytes]) -> None:
    for attachment in said.attachments:
        ubl_parts.attachment(top, attachment, embedded.get(attachment.name))


def _parties(top: Branch, said: EInvoice, seller: str, buyer: str) -> None:
    ubl_parts.party(top.grow(seller).grow("cac:Party"), said.seller)
    ubl_parts.party(top.grow(buyer).grow("cac:Party"), said.buyer)


def _money(top: Branch, said: EInvoice, name: str, *, is_needed: bool) -> None:
    """Write allowances, VAT and totals; UBL asks for an amount to be paid wherever it has totals."""
    for entry in said.allowances_charges:
        ubl_money.allowance_charge(top.grow("cac:AllowanceCharge"), entry, said.currency)
    ubl_money.vat(top, said)
    totals = said.totals
    known = (totals.due, totals.with_vat, totals.without_vat, totals.lines)
    due = next((one for one in known if one is not None), Decimal(0) if is_needed else None)
    ubl_money.totals(top.grow(name), replace(said, totals=replace(totals, due=due)))


def _reminded(place: Branch, one: RemindedInvoice, number: str, currency: str) -> None:
    place.say("cbc:ID", number)
    place.say("cbc:Note", one.note)
    place.say("cbc:DebitLineAmount", one.debit, currencyID=currency)
    place.say("cbc:CreditLineAmount", one.credit, currencyID=currency)
    reference = place.grow("cac:BillingReference").grow("cac:InvoiceDocumentReference")
    reference.say("cbc:ID", one.number)
    reference.say("cbc:IssueDate", one.issue_date)
