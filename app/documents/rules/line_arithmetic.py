"""The net amount of a line (BT-131), computed exactly from quantity, price, allowances and charges.

A line that differs is fatal, unless a rounded price, a gross price or whole units explain it.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from app.core.languages import N_
from app.core.money import rounded
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.line import AllowanceCharge, Line, Price

ZERO: Final = Decimal(0)
PRICE_DIGITS: Final = 2
"""A price is taken to be rounded to the decimals it shows, and to two at least."""


def plain(amount: Decimal) -> str:
    """Return an amount as text, without an exponent."""
    return f"{amount:f}"


def net_of(entries: Iterable[AllowanceCharge]) -> Decimal:
    """Return charges less allowances."""
    return sum(
        ((entry.amount or ZERO) * (1 if entry.is_charge else -1) for entry in entries), start=ZERO
    )


def check_line(line: Line, digits: int, is_whole: bool) -> Iterator[Finding]:
    """BT-131 = round(BT-129 × BT-146 ÷ BT-149) - Σ BT-136 + Σ BT-141, rounded to `digits`.

    `is_whole` says that all amounts of the invoice are whole units.
    """
    price = line.price
    if line.net is None or line.quantity is None or price is None or price.net is None:
        return
    values = {"line": line.identifier, "stated": plain(line.net)}
    if price.base_quantity == ZERO:
        sentence = N_("Line %(line)s: the price is for a quantity of zero.")
        place = f"BT-149, {line.identifier}"
        yield Finding("KT-BASE-QUANTITY", Severity.FATAL, sentence, place, values)
        return
    expected = _amount(line, price.net, price, digits)
    if line.net == expected:
        return
    values["expected"] = plain(expected)
    rule, severity, sentence = _judgement(line, price, expected, digits, is_whole)
    yield Finding(rule, severity, sentence, f"BT-131, {line.identifier}", values)


def _amount(line: Line, unit_price: Decimal, price: Price, digits: int) -> Decimal:
    quantity = (line.quantity or ZERO) / (price.base_quantity or Decimal(1))
    return rounded(quantity * unit_price, digits) + net_of(line.allowances_charges)


def _judgement(
    line: Line, price: Price, expected: Decimal, digits: int, is_whole: bool
) -> tuple[str, Severity, str]:
    """Return rule, severity and sentence for a line that is not `expected`."""
    net, gross = line.net or ZERO, price.gross
    if is_whole and net == rounded(expected, 0):
        return "KT-LINE-WHOLE", Severity.WARNING, _WHOLE
    if abs(net - expected) <= _price_rounding(line, price, digits):
        return "KT-LINE-ROUNDING", Severity.WARNING, _ROUNDING
    if gross is not None and net == _amount(line, gross, price, digits):
        return "KT-LINE-GROSS", Severity.WARNING, _GROSS
    return "KT-LINE-NET", Severity.FATAL, _NET


def _price_rounding(line: Line, price: Price, digits: int) -> Decimal:
    """Return how far a line may be off because its price was rounded to the decimals it shows."""
    written = -int((price.net or ZERO).normalize().as_tuple().exponent)
    shown = max(PRICE_DIGITS, written)
    quantity = abs((line.quantity or ZERO) / (price.base_quantity or Decimal(1)))
    half = Decimal(5)
    return quantity * half.scaleb(-shown - 1) + half.scaleb(-digits - 1)


_NET: Final = N_(
    "Line %(line)s: the net amount is %(stated)s, quantity and price give %(expected)s."
)
_ROUNDING: Final = N_(
    "Line %(line)s: the net amount is %(stated)s, quantity and price give %(expected)s."
    " A rounded price explains the difference."
)
_GROSS: Final = N_(
    "Line %(line)s: the net amount is %(stated)s, quantity and price give %(expected)s."
    " It is the gross price times the quantity."
)
_WHOLE: Final = N_(
    "Line %(line)s: the net amount is %(stated)s, quantity and price give %(expected)s."
    " Rounding to whole units explains the difference."
)
