"""All that a general invoice request says, as plain values: how it travels into the cell that writes it.

Source: generalInvoiceRequest 4.5 and 5.0 of Forum Datenaustausch. Amounts are CHF with two decimals.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

ZERO: Final = Decimal("0.00")
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow (production 2)."""


def clean(text: str) -> str:
    """Return a text without what XML cannot hold, in one line."""
    return " ".join(_ILLEGAL.sub("", text).split())


class Version(StrEnum):
    """The versions of the schema that are written."""

    V450 = "4.5"
    V500 = "5.0"


class Tiers(StrEnum):
    """Who owes the money: the patient, or the insurer; `soldant`: as much as the insurer covers."""

    GARANT = "garant"
    PAYANT = "payant"
    SOLDANT = "soldant"
    """Only in 5.0."""


class Law(StrEnum):
    """The insurance act that covers a treatment."""

    KVG = "KVG"
    UVG = "UVG"
    IVG = "IVG"
    MVG = "MVG"
    VVG = "VVG"


@dataclass(frozen=True, slots=True)
class Postal:
    """Where somebody is: street with number, postcode, city, country (ISO 3166-1)."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "CH"


@dataclass(frozen=True, slots=True)
class Company:
    """A business or an institution."""

    name: str
    postal: Postal


@dataclass(frozen=True, slots=True)
class Patient:
    """Who was treated; `sex` is what the insurer's register says, `gender` may also be `diverse`."""

    family_name: str
    given_name: str
    postal: Postal
    born_on: date
    gender: str
    sex: str
    insurance_number: str
    """Social security number (AHV), 13 digits; empty: unknown."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the insurer knows the treatment by."""

    law: Law
    tiers: Tiers
    reason: str
    canton: str
    is_stationary: bool = False
    insured_number: str = ""
    card_number: str = ""
    case_number: str = ""
    case_date: date | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One line: `amount` with VAT; `amount = quantity * unit`, as near as the decimals of `unit` allow."""

    tariff: str
    code: str
    name: str
    begin: date
    quantity: Decimal
    unit: Decimal
    amount: Decimal
    vat_rate: Decimal
    end: date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """All that is charged at one rate: `amount` with the `vat` in it."""

    rate: Decimal
    amount: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """`due` = `amount` + `reminder` - `prepaid`, but for the rounding to five centimes."""

    amount: Decimal
    due: Decimal
    vat: Decimal
    rates: tuple[Rate, ...]
    prepaid: Decimal = ZERO
    reminder: Decimal = ZERO
    vat_number: str = ""


@dataclass(frozen=True, slots=True)
class Slip:
    """The QR bill: account, reference (27 digits, RF…, or none), whose account, at which bank (4.5)."""

    iban: str
    reference: str
    creditor: Company
    bank: Company | None = None
    note: str = ""
    days: int | None = None
    """Until it is due, from the invoice on."""


@dataclass(frozen=True, slots=True)
class Named:
    """A request by which the other side knows something: `id` and `timestamp` (seconds) are its key."""

    id: str
    timestamp: int
    day: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """That and how often it is asked again."""

    named: Named
    level: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Biller:
    """Who bills and who treated: the house."""

    company: Company
    gln: str
    zsr: str
    provider_gln: str
    provider_zsr: str
    role: str
    place: str
    vat_number: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    version: Version
    language: str
    is_test: bool
    guid: str
    sender: str
    """GLN."""
    recipient: str
    """GLN of the insurer."""
    via: str
    """GLN of the intermediary; empty: none."""
    invoice: Named
    biller: Biller
    insurer: Company
    patient: Patient
    case: Case
    balance: Balance
    slip: Slip
    begin: date
    end: date
    services: tuple[Service, ...]
    reminder: Reminder | None = None
    remark: str = ""
    allows_changes: bool = True
    """Tiers payant: the insurer may correct services instead of rejecting the invoice."""
