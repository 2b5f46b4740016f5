"""The six kinds of documents in one table: what each is called, needs, may become, and is used for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.documents.rules.type_codes import CREDIT_NOTE_CODES, INVOICE_CODES


class Kind(StrEnum):
    """What a document is; the value is what the database and the addresses say."""

    INVOICE = "invoice"
    REMINDER = "reminder"
    QUOTE = "quote"
    CREDIT_NOTE = "credit_note"
    DELIVERY_NOTE = "delivery_note"
    ORDER_CONFIRMATION = "order_confirmation"

    @property
    def traits(self) -> "Traits":
        """The kind's line of the table."""
        return KINDS[self]

    @property
    def label(self) -> str:
        """The kind's name as a msgid: `gettext` it when it is shown."""
        return KINDS[self].name


class Need(StrEnum):
    """What a document has to say to be of any use."""

    NUMBER = "number"
    DATE = "date"
    TOTAL = "total"
    DUE_DATE = "due_date"
    """Expected, not enforced: terms of payment may stand in words (BR-CO-25)."""
    VALIDITY = "validity"
    """Expected, not enforced: an offer may be open-ended."""
    LINES = "lines"


class Until(StrEnum):
    """Which date says until when its reader has time."""

    DUE_DATE = "due_date"
    """BT-9."""
    VALIDITY = "validity"
    """The last day of UBL's ValidityPeriod."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is true of every document of one kind. Texts are msgids."""

    name: str
    plural: str
    becomes: tuple[Kind, ...]
    """What usually follows it, the next step first."""
    needs: frozenset[Need]
    type_code: str
    """BT-3 (UNTDID 1001) where a person describes one; empty: there is none."""
    codes: frozenset[str]
    """All type codes that mean this kind."""
    sum: str
    """What its last amount is called."""
    until: Until = Until.DUE_DATE
    until_name: str = N_("Payable until")
    is_einvoice: bool = False
    """Whether EN 16931 knows it: its VAT and totals follow the standard."""
    is_payable: bool = False
    """Whether it opens a debt; a reminder only repeats one, a credit note's amount flows back."""
    asks_for_money: bool = False
    is_acceptable: bool = False
    """Whether its reader may accept it."""

    @property
    def has_total(self) -> bool:
        """Whether it is of no use without an amount."""
        return Need.TOTAL in self.needs

    @property
    def has_validity(self) -> bool:
        """Whether it runs out on a day."""
        return self.until is Until.VALIDITY


_ALWAYS: Final = frozenset({Need.NUMBER, Need.DATE})

KINDS: Final[dict[Kind, Traits]] = {
    Kind.INVOICE: Traits(
        name=N_("Invoice"),
        plural=N_("Invoices"),
        becomes=(Kind.REMINDER, Kind.CREDIT_NOTE),
        needs=_ALWAYS | {Need.TOTAL, Need.DUE_DATE, Need.LINES},
        type_code="380",
        codes=INVOICE_CODES,
        sum=N_("To be paid"),
        is_einvoice=True,
        is_payable=True,
        asks_for_money=True,
    ),
    Kind.REMINDER: Traits(
        name=N_("Reminder"),
        plural=N_("Reminders"),
        becomes=(),
        needs=_ALWAYS | {Need.TOTAL},
        type_code="",
        codes=frozenset(),
        sum=N_("To be paid"),
        asks_for_money=True,
    ),
    Kind.QUOTE: Traits(
        name=N_("Quote"),
        plural=N_("Quotes"),
        becomes=(Kind.ORDER_CONFIRMATION, Kind.INVOICE),
        needs=_ALWAYS | {Need.TOTAL, Need.VALIDITY, Need.LINES},
        type_code="310",
        codes=frozenset({"310"}),
        sum=N_("Total"),
        until=Until.VALIDITY,
        until_name=N_("Valid until"),
        is_acceptable=True,
    ),
    Kind.CREDIT_NOTE: Traits(
        name=N_("Credit note"),
        plural=N_("Credit notes"),
        becomes=(),
        needs=_ALWAYS | {Need.TOTAL, Need.LINES},
        type_code="381",
        codes=CREDIT_NOTE_CODES,
        sum=N_("Credited"),
        is_einvoice=True,
    ),
    Kind.DELIVERY_NOTE: Traits(
        name=N_("Delivery note"),
        plural=N_("Delivery notes"),
        becomes=(Kind.INVOICE,),
        needs=_ALWAYS | {Need.LINES},
        type_code="270",
        codes=frozenset({"270", "351"}),
        sum=N_("Total"),
    ),
    Kind.ORDER_CONFIRMATION: Traits(
        name=N_("Order confirmation"),
        plural=N_("Order confirmations"),
        becomes=(Kind.DELIVERY_NOTE, Kind.INVOICE),
        needs=_ALWAYS | {Need.LINES},
        type_code="231",
        codes=frozenset({"231"}),
        sum=N_("Total"),
    ),
}
"""The table: everybody who must know something of a kind reads it here."""

NAMES: Final[dict[Kind, str]] = {kind: traits.name for kind, traits in KINDS.items()}

_BY_CODE: Final = {code: kind for kind, traits in KINDS.items() for code in traits.codes}


def kind_of(type_code: str) -> Kind | None:
    """Return the kind that `type_code` (BT-3, UNTDID 1001) means, None for an unknown code."""
    return _BY_CODE.get(type_code.strip())
