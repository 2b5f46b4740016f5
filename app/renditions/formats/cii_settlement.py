"""How to pay, VAT and totals of the Cross Industry Invoice, written in its order."""

import re
from typing import Final

from app.documents.rules.einvoice import EInvoice, PaymentInstruction, VatBreakdown
from app.renditions.formats import cii_parts
from app.renditions.formats.tree import Branch
from app.renditions.formats.ubl_money import accounting_currency

VAT_POINT_CODES: Final = {"3": "5", "35": "29", "432": "72"}
"""BT-8 as UBL says it (UNTDID 2005) → as CII does (UNTDID 2475)."""

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9 ]{8,38}")
_NO_INSTRUCTION: Final = PaymentInstruction()


def settlement(place: Branch, einvoice: EInvoice) -> None:
    """Write everything about money but the lines."""
    instructions = einvoice.payment_instructions
    first = instructions[0] if instructions else _NO_INSTRUCTION
    place.say("ram:CreditorReferenceID", first.creditor)
    place.say("ram:PaymentReference", first.remittance)
    place.say("ram:TaxCurrencyCode", accounting_currency(einvoice))
    place.say("ram:InvoiceCurrencyCode", einvoice.currency)
    cii_parts.party(place, "ram:PayeeTradeParty", einvoice.payee)
    for instruction in instructions:
        _means(place.grow("ram:SpecifiedTradeSettlementPaymentMeans"), instruction)
    for entry in einvoice.vat_breakdown:
        _vat(place.grow("ram:ApplicableTradeTax"), entry, einvoice)
    cii_parts.period(place, einvoice.period)
    for change in einvoice.allowances_charges:
        cii_parts.allowance_charge(place, change)
    terms = place.grow("ram:SpecifiedTradePaymentTerms")
    terms.say("ram:Description", einvoice.payment_terms)
    cii_parts.day(terms, "ram:DueDateDateTime", einvoice.due_date)
    mandates = [one.mandate for one in instructions if one.mandate]
    terms.say("ram:DirectDebitMandateID", mandates[0] if mandates else "")
    _totals(place.grow("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), einvoice)
    for preceding in einvoice.preceding_invoices:
        reference = place.grow("ram:InvoiceReferencedDocument")
        reference.say("ram:IssuerAssignedID", preceding.number)
        cii_parts.day(
            reference, "ram:FormattedIssueDateTime", preceding.issue_date, "qdt:DateTimeString"
        )
    account = "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
    place.say(account, einvoice.buyer_accounting_reference)


def _means(means: Branch, said: PaymentInstruction) -> None:
    means.say("ram:TypeCode", said.means_code)
    means.say("ram:Information", said.means_text)
    card = means.grow("ram:ApplicableTradeSettlementFinancialCard")
    card.say("ram:ID", said.card_number)
    card.say("ram:CardholderName", said.card_holder)
    means.say("ram:PayerPartyDebtorFinancialAccount/ram:IBANID", said.debited_iban)
    account = means.grow("ram:PayeePartyCreditorFinancialAccount")
    is_iban = _IBAN.fullmatch(said.iban) is not None
    account.say("ram:IBANID", said.iban if is_iban else "")
    account.say("ram:AccountName", said.account_name)
    account.say("ram:ProprietaryID", "" if is_iban else said.iban)
    means.say("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", said.bic)


def _vat(place: Branch, entry: VatBreakdown, einvoice: EInvoice) -> None:
    place.say("ram:CalculatedAmount", entry.amount)
    place.say("ram:TypeCode", "VAT")
    place.say("ram:ExemptionReason", entry.exemption_reason)
    place.say("ram:BasisAmount", entry.base)
    place.say("ram:CategoryCode", entry.category)
    place.say("ram:ExemptionReasonCode", entry.exemption_code)
    cii_parts.day(place, "ram:TaxPointDate", einvoice.vat_point_date, "udt:DateString")
    code = VAT_POINT_CODES.get(einvoice.vat_point_code, einvoice.vat_point_code)
    place.say("ram:DueDateTypeCode", code)
    place.say("ram:RateApplicablePercent", entry.rate)


def _totals(place: Branch, einvoice: EInvoice) -> None:
    totals = einvoice.totals
    for name, amount in (
        ("LineTotalAmount", totals.lines),
        ("ChargeTotalAmount", totals.charges),
        ("AllowanceTotalAmount", totals.allowances),
        ("TaxBasisTotalAmount", totals.without_vat),
    ):
        place.say(f"ram:{name}", amount)
    place.say("ram:TaxTotalAmount", totals.vat, currencyID=einvoice.currency)
    other = einvoice.vat_accounting_currency
    place.say("ram:TaxTotalAmount", totals.vat_accounting, currencyID=other)
    place.say("ram:RoundingAmount", totals.rounding)
    place.say("ram:GrandTotalAmount", totals.with_vat)
    place.say("ram:TotalPrepaidAmount", totals.paid)
    place.say("ram:DuePayableAmount", totals.due)
