"""An invoice line of EN 16931 (BG-25) and what hangs on it: item, price, allowances, period."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.documents.rules.party import Identifier


@dataclass(frozen=True, slots=True)
class Period:
    """BG-14, BG-26: first day BT-73/134 and last day BT-74/135."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """BG-20, BG-21 of the document, BG-27, BG-28 of a line: an allowance or a charge.

    amount BT-92/99/136/141; base BT-93/100/137/142; percent BT-94/101/138/143; vat_category
    BT-95/102; vat_rate BT-96/103 (percent); reason BT-97/104/139/144; reason_code
    BT-98/105/140/145.
    """

    is_charge: bool = False
    amount: Decimal | None = None
    base: Decimal | None = None
    percent: Decimal | None = None
    vat_category: str = ""
    vat_rate: Decimal | None = None
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """BG-29: net BT-146, discount BT-147, gross BT-148, for base_quantity BT-149 of unit BT-150."""

    net: Decimal | None = None
    discount: Decimal | None = None
    gross: Decimal | None = None
    base_quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """BG-32: name BT-160 and value BT-161 of an item's property."""

    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """BG-31: name BT-153, description BT-154, and the identifiers of the thing sold.

    seller_identifier BT-155; buyer_identifier BT-156; standard_identifier BT-157 (GTIN: scheme
    0160); classifications BT-158; origin BT-159 (country); attributes BG-32.
    """

    name: str = ""
    description: str = ""
    seller_identifier: str = ""
    buyer_identifier: str = ""
    standard_identifier: Identifier | None = None
    classifications: tuple[Identifier, ...] = ()
    origin: str = ""
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25, one line of the invoice.

    identifier BT-126; note BT-127; invoiced_object BT-128; quantity BT-129 in unit BT-130 (UN/ECE
    Rec 20); net BT-131; order_line BT-132; buyer_accounting_reference BT-133; period BG-26;
    allowances_charges BG-27 and BG-28; price BG-29; vat_category BT-151; vat_rate BT-152 (percent);
    item BG-31. `is_information` marks a sub-line that is shown and not summed (Factur-X EXTENDED:
    BT-X-8 GROUP or INFORMATION). Of documents that are no invoice: `outstanding`, what is still to be
    delivered (UBL Backorder- or OutstandingQuantity), and `status`, what became of the line (UBL
    LineStatusCode).
    """

    identifier: str = ""
    note: str = ""
    invoiced_object: Identifier | None = None
    quantity: Decimal | None = None
    unit: str = ""
    net: Decimal | None = None
    order_line: str = ""
    buyer_accounting_reference: str = ""
    period: Period | None = None
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    price: Price | None = None
    vat_category: str = ""
    vat_rate: Decimal | None = None
    item: Item = Item()
    is_information: bool = False
    outstanding: Decimal | None = None
    status: str = ""
