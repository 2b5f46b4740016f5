"""Payment, allowances, VAT and totals of UBL 2.1, written in its order."""

from decimal import Decimal
from typing import Final

from app.documents.rules.einvoice import EInvoice, PaymentInstruction, VatBreakdown
from app.documents.rules.line import AllowanceCharge
from app.renditions.formats.tree import Branch
from app.renditions.formats.ubl_parts import NOT_GIVEN

NOT_DEFINED: Final = "1"
"""UNTDID 4461: it is left open how to pay; UBL asks for a code."""


def payment(top: Branch, einvoice: EInvoice, is_credit: bool) -> None:
    """Write BG-16 and BT-20; the due date of a credit note (BT-9) stands there, too."""
    due = einvoice.due_date if is_credit else None
    instructions = einvoice.payment_instructions
    if due and not instructions:
        instructions = (PaymentInstruction(NOT_DEFINED),)
    # One mandate (BG-19) is all that EN 16931 allows, however many ways to pay there are.
    debits = [one for one in instructions if one.mandate or one.debited_iban][:1]
    for place, instruction in enumerate(instructions):
        means = top.grow("cac:PaymentMeans")
        code = instruction.means_code or NOT_DEFINED
        means.say("cbc:PaymentMeansCode", code, name=instruction.means_text)
        means.say("cbc:PaymentDueDate", due if place == 0 else None)
        _instruction(means, instruction)
        if instruction in debits:
            _mandate(means.grow("cac:PaymentMandate"), debits.pop())
    top.say("cac:PaymentTerms/cbc:Note", einvoice.payment_terms)


def _instruction(means: Branch, instruction: PaymentInstruction) -> None:
    means.say("cbc:PaymentID", instruction.remittance)
    if instruction.card_number:
        card = means.grow("cac:CardAccount")
        card.say("cbc:PrimaryAccountNumberID", instruction.card_number)
        card.say("cbc:NetworkID", NOT_GIVEN)
        card.say("cbc:HolderName", instruction.card_holder)
    account = means.grow("cac:PayeeFinancialAccount")
    account.say("cbc:ID", instruction.iban)
    account.say("cbc:Name", instruction.account_name)
    account.say("cac:FinancialInstitutionBranch/cbc:ID", instruction.bic)


def _mandate(place: Branch, instruction: PaymentInstruction) -> None:
    place.say("cbc:ID", instruction.mandate)
    place.say("cac:PayerFinancialAccount/cbc:ID", instruction.debited_iban)


def allowance_charge(place: Branch, entry: AllowanceCharge, currency: str) -> None:
    """Write BG-20, BG-21, BG-27 or BG-28."""
    place.say("cbc:ChargeIndicator", "true" if entry.is_charge else "false")
    place.say("cbc:AllowanceChargeReasonCode", entry.reason_code)
    place.say("cbc:AllowanceChargeReason", entry.reason)
    place.say("cbc:MultiplierFactorNumeric", entry.percent)
    place.say("cbc:Amount", entry.amount, currencyID=currency)
    place.say("cbc:BaseAmount", entry.base, currencyID=currency)
    if entry.vat_category:
        category(place, "cac:TaxCategory", entry.vat_category, entry.vat_rate)


def category(place: Branch, name: str, code: str, rate: Decimal | None) -> None:
    """Write a VAT category with its rate in percent."""
    found = place.grow(name)
    found.say("cbc:ID", code)
    found.say("cbc:Percent", rate)
    found.say("cac:TaxScheme/cbc:ID", "VAT")


def vat(top: Branch, einvoice: EInvoice) -> None:
    """Write BT-110 with its breakdown (BG-23), and BT-111 in its own currency."""
    totals, currency = einvoice.totals, einvoice.currency
    if totals.vat is not None or einvoice.vat_breakdown:
        place = top.grow("cac:TaxTotal")
        place.say("cbc:TaxAmount", vat_total(einvoice), currencyID=currency)
        for entry in einvoice.vat_breakdown:
            _subtotal(place.grow("cac:TaxSubtotal"), entry, currency)
    other = einvoice.vat_accounting_currency or currency
    top.say("cac:TaxTotal/cbc:TaxAmount", totals.vat_accounting, currencyID=other)


def accounting_currency(einvoice: EInvoice) -> str:
    """Return BT-6 where it says anything: the currency of the invoice needs no second total."""
    named = einvoice.vat_accounting_currency
    return "" if named == einvoice.currency and einvoice.totals.vat_accounting is None else named


def vat_total(einvoice: EInvoice) -> Decimal:
    """Return BT-110, which CII may leave out and UBL may not: the sum of its parts, then."""
    if einvoice.totals.vat is not None:
        return einvoice.totals.vat
    amounts = [entry.amount for entry in einvoice.vat_breakdown if entry.amount is not None]
    return sum(amounts, start=Decimal(0))


def _subtotal(place: Branch, entry: VatBreakdown, currency: str) -> None:
    place.say("cbc:TaxableAmount", entry.base, currencyID=currency)
    place.say("cbc:TaxAmount", entry.amount, currencyID=currency)
    found = place.grow("cac:TaxCategory")
    found.say("cbc:ID", entry.category)
    found.say("cbc:Percent", entry.rate)
    found.say("cbc:TaxExemptionReasonCode", entry.exemption_code)
    found.say("cbc:TaxExemptionReason", entry.exemption_reason)
    found.say("cac:TaxScheme/cbc:ID", "VAT")


def totals(place: Branch, einvoice: EInvoice) -> None:
    """Write BG-22."""
    said = einvoice.totals
    for name, amount in (
        ("LineExtensionAmount", said.lines),
        ("TaxExclusiveAmount", said.without_vat),
        ("TaxInclusiveAmount", said.with_vat),
        ("AllowanceTotalAmount", said.allowances),
        ("ChargeTotalAmount", said.charges),
        ("PrepaidAmount", said.paid),
        ("PayableRoundingAmount", said.rounding),
        ("PayableAmount", said.due),
    ):
        place.say(f"cbc:{name}", amount, currencyID=einvoice.currency)
