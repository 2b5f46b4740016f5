"""The type codes of UNTDID 1001 (BT-3): which a document of a kind may carry."""

from typing import Final

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
