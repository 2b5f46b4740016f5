"""An e-invoice in the words of EN 16931: every syntax is read into it, every page made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.documents.rules.line import AllowanceCharge, Line, Period
from app.documents.rules.party import Address, Identifier, Party
from app.documents.rules.plain import from_plain, to_plain

NOBODY: Final = Party()
"""A party that the document does not name."""


@dataclass(frozen=True, slots=True)
class Note:
    """BG-1: text BT-22 and its subject_code BT-21 (UNTDID 4451)."""

    text: str = ""
    subject_code: str = ""


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """BG-3: number BT-25 and issue_date BT-26 of the invoice that this one corrects or credits."""

    number: str = ""
    issue_date: date | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """BG-13: name BT-70, location BT-71, day BT-72, address BG-15.

    `planned` is when it is promised, expected or wanted (UBL PromisedDeliveryPeriod, …).
    """

    name: str = ""
    location: Identifier | None = None
    day: date | None = None
    address: Address | None = None
    planned: Period | None = None


@dataclass(frozen=True, slots=True)
class PaymentInstruction:
    """BG-16, one way to pay; an invoice may name several.

    means_code BT-81 (UNTDID 4461: 30 transfer, 58 SEPA, 59 SEPA direct debit, 48/54 card);
    means_text BT-82; remittance BT-83 (QRR, RF or free); BG-17: iban BT-84 (an
    account number where it is no IBAN), account_name BT-85, bic BT-86; BG-18: card_number BT-87,
    card_holder BT-88; BG-19: mandate BT-89, creditor BT-90, debited_iban BT-91.
    """

    means_code: str = ""
    means_text: str = ""
    remittance: str = ""
    iban: str = ""
    account_name: str = ""
    bic: str = ""
    card_number: str = ""
    card_holder: str = ""
    mandate: str = ""
    creditor: str = ""
    debited_iban: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22, amounts in the currency of the invoice.

    lines BT-106; allowances BT-107; charges BT-108; without_vat BT-109; vat BT-110;
    vat_accounting BT-111 (in the accounting currency); with_vat BT-112; paid BT-113; rounding
    BT-114; due BT-115.
    """

    lines: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    without_vat: Decimal | None = None
    vat: Decimal | None = None
    vat_accounting: Decimal | None = None
    with_vat: Decimal | None = None
    paid: Decimal | None = None
    rounding: Decimal | None = None
    due: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VatBreakdown:
    """BG-23: base BT-116, amount BT-117, category BT-118 (UNTDID 5305), rate BT-119 in percent.

    exemption_reason BT-120, exemption_code BT-121 (VATEX).
    """

    base: Decimal | None = None
    amount: Decimal | None = None
    category: str = ""
    rate: Decimal | None = None
    exemption_reason: str = ""
    exemption_code: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """BG-24, a supporting document: reference BT-122, description BT-123, location BT-124 (a URL).

    Where the document itself lies inside the invoice (BT-125): its name, media_type and size in
    bytes. The bytes are handed out separately and are no part of this.
    """

    reference: str = ""
    description: str = ""
    location: str = ""
    name: str = ""
    media_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class RemindedInvoice:
    """An invoice that a reminder is about (UBL ReminderLine): its number and issue_date.

    `debit` is what is asked for, `credit` what is taken off; `note` says what it is.
    """

    number: str = ""
    issue_date: date | None = None
    debit: Decimal | None = None
    credit: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """An invoice or a credit note of EN 16931. Missing text is "", missing values are None.

    number BT-1; issue_date BT-2; type_code BT-3 (UNTDID 1001); currency BT-5 and
    vat_accounting_currency BT-6 (ISO 4217); vat_point_date BT-7; vat_point_code BT-8; due_date
    BT-9; buyer_reference BT-10; project BT-11; contract BT-12; purchase_order BT-13; sales_order
    BT-14; receiving_advice BT-15; despatch_advice BT-16; tender BT-17; invoiced_object BT-18;
    buyer_accounting_reference BT-19; payment_terms BT-20; notes BG-1; process BT-23 and
    specification BT-24; preceding_invoices BG-3; seller BG-4; buyer BG-7; payee BG-10;
    tax_representative BG-11; delivery BG-13; period BG-14; payment_instructions BG-16;
    allowances_charges BG-20 and BG-21; totals BG-22; vat_breakdown BG-23; attachments BG-24; lines
    BG-25.

    The other kinds have these words too, and of UBL 2.1: validity ValidityPeriod of a quote;
    response_code OrderResponseCode (UNCL 4343: AB, AP, RE, CA) of an order confirmation;
    reminder_level ReminderSequenceNumeric and reminded_invoices of a reminder.
    """

    number: str = ""
    issue_date: date | None = None
    type_code: str = ""
    currency: str = ""
    vat_accounting_currency: str = ""
    vat_point_date: date | None = None
    vat_point_code: str = ""
    due_date: date | None = None
    buyer_reference: str = ""
    project: str = ""
    contract: str = ""
    purchase_order: str = ""
    sales_order: str = ""
    receiving_advice: str = ""
    despatch_advice: str = ""
    tender: str = ""
    invoiced_object: Identifier | None = None
    buyer_accounting_reference: str = ""
    payment_terms: str = ""
    notes: tuple[Note, ...] = ()
    process: str = ""
    specification: str = ""
    preceding_invoices: tuple[PrecedingInvoice, ...] = ()
    seller: Party = NOBODY
    buyer: Party = NOBODY
    payee: Party | None = None
    tax_representative: Party | None = None
    delivery: Delivery | None = None
    period: Period | None = None
    payment_instructions: tuple[PaymentInstruction, ...] = ()
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    totals: Totals = Totals()
    vat_breakdown: tuple[VatBreakdown, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    lines: tuple[Line, ...] = ()
    validity: Period | None = None
    response_code: str = ""
    reminder_level: Decimal | None = None
    reminded_invoices: tuple[RemindedInvoice, ...] = ()

    @property
    def allowances(self) -> tuple[AllowanceCharge, ...]:
        """BG-20, what is taken off the whole invoice."""
        return tuple(entry for entry in self.allowances_charges if not entry.is_charge)

    @property
    def charges(self) -> tuple[AllowanceCharge, ...]:
        """BG-21, what is added to the whole invoice."""
        return tuple(entry for entry in self.allowances_charges if entry.is_charge)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column: numbers as text, empty fields left out."""
        return to_plain(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "EInvoice":
        """Return the e-invoice that `to_json` wrote.

        Raises `Invalid` where a value is not of its field's type; unknown fields are ignored.
        """
        return from_plain(cls, data)
