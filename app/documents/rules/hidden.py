"""Characters that hide others or turn the reading direction: what is read is not what stands there.

Source: Unicode 16, TR 36 (security considerations) 2.8.3 and TR 9 2 (directional formatting).
"""

from typing import Final

from app.core.languages import N_
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity

HIDDEN: Final = frozenset(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff\u00ad\u061c\u180e"
)
"""Marks of direction, spaces without width, invisible operators, the soft hyphen."""


def check(einvoice: EInvoice) -> list[Finding]:
    """Return a warning for each name or number that holds `HIDDEN` or control characters."""
    said = [
        ("BT-1", einvoice.number),
        ("BT-27", einvoice.seller.name),
        ("BT-44", einvoice.buyer.name),
        ("BT-59", einvoice.payee.name if einvoice.payee else ""),
        *(("BT-84", one.iban) for one in einvoice.payment_instructions),
        *(("BT-83", one.remittance) for one in einvoice.payment_instructions),
        *(("BT-85", one.account_name) for one in einvoice.payment_instructions),
    ]
    sentence = N_("“%(text)s” holds characters that cannot be seen or that turn the others.")
    return [
        Finding("KT-HIDDEN", Severity.WARNING, sentence, place, {"text": _shown(text)})
        for place, text in said
        if any(_is_hidden(letter) for letter in text)
    ]


def _is_hidden(letter: str) -> bool:
    return letter in HIDDEN or letter < " " or "\x7f" <= letter < "\xa0"


def _shown(text: str) -> str:
    """Return a text with what cannot be seen written as its number in Unicode."""
    shown = (f"⟨U+{ord(one):04X}⟩" if _is_hidden(one) else one for one in text[:100])
    return "".join(shown)
