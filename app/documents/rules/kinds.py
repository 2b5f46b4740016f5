"""The six kinds of documents, and which kind a type code of UNTDID 1001 means (BT-3)."""

from enum import StrEnum
from typing import Final

from app.core.languages import N_


class Kind(StrEnum):
    """What a document is; the value is what the database and the addresses say."""

    INVOICE = "invoice"
    REMINDER = "reminder"
    QUOTE = "quote"
    CREDIT_NOTE = "credit_note"
    DELIVERY_NOTE = "delivery_note"
    ORDER_CONFIRMATION = "order_confirmation"

    @property
    def label(self) -> str:
        """The kind's name as a msgid: `gettext` it when it is shown."""
        return NAMES[self]


NAMES: Final[dict[Kind, str]] = {
    Kind.INVOICE: N_("Invoice"),
    Kind.REMINDER: N_("Reminder"),
    Kind.QUOTE: N_("Quote"),
    Kind.CREDIT_NOTE: N_("Credit note"),
    Kind.DELIVERY_NOTE: N_("Delivery note"),
    Kind.ORDER_CONFIRMATION: N_("Order confirmation"),
}

_INVOICES: Final = (
    "71 80 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388"
    " 389 390 393 394 395 456 457 471 472 473 500 501 527 553 575 623 633 751 780 817 870 875 876"
    " 877 935"
)
_CREDIT_NOTES: Final = "81 83 261 262 296 308 381 396 420 458 502 503 532"

INVOICE_CODES: Final = frozenset(_INVOICES.split())
"""Type codes of an invoice: BR-CL-01 of the official rules 1.3.16, without 81 (a credit note)."""

CREDIT_NOTE_CODES: Final = frozenset(_CREDIT_NOTES.split())
"""Type codes of a credit note: BR-CL-01 of the official rules 1.3.16."""

OTHER_CODES: Final = {
    "231": Kind.ORDER_CONFIRMATION,
    "270": Kind.DELIVERY_NOTE,
    "310": Kind.QUOTE,
    "351": Kind.DELIVERY_NOTE,
}
"""Type codes of the kinds that EN 16931 does not know."""


def kind_of(type_code: str) -> Kind | None:
    """Return the kind that `type_code` (BT-3, UNTDID 1001) means, None for an unknown code."""
    code = type_code.strip()
    if code in CREDIT_NOTE_CODES:
        return Kind.CREDIT_NOTE
    if code in INVOICE_CODES:
        return Kind.INVOICE
    return OTHER_CODES.get(code)
