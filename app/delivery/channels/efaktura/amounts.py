"""The amounts of an invoice with the VAT in them, as insurers count: every centime is somewhere.

EN 16931 adds VAT to each rate as a whole; a general invoice request states lines with VAT. What a rate's
lines come to is therefore shared out among them by largest remainder, so that they add up to BT-112.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import Final

from app.core.languages import N_
from app.delivery.channels.efaktura.facts import ZERO, Balance, Rate
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.line import AllowanceCharge, Line

CENTIME: Final = Decimal("0.01")
FINEST: Final = Decimal("0.000001")
"""The finest price that is stated."""


class Impossible(ValueError):
    """The invoice cannot be told in this form; `sentence` is a msgid, with `values`."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class Charged:
    """A line, or an allowance or charge of the whole invoice, with its amount, VAT in it."""

    what: Line | AllowanceCharge
    rate: Decimal
    amount: Decimal


def charged(said: EInvoice) -> list[Charged]:
    """Return what is charged, in the order of the invoice; raises `Impossible`."""
    entries = [*_lines(said), *_changes(said)]
    if not entries:
        raise Impossible(N_("The invoice has no lines."))
    amounts: dict[int, Decimal] = {}
    for rate, whole, _vat in _wholes(said, entries):
        places = [i for i, (_what, own, _net) in enumerate(entries) if own == rate]
        exact = [entries[i][2] * (100 + rate) / 100 for i in places]
        amounts |= zip(places, shared(whole, exact), strict=True)
    return [Charged(what, rate, amounts[i]) for i, (what, rate, _net) in enumerate(entries)]


def shared(whole: Decimal, exact: Sequence[Decimal]) -> list[Decimal]:
    """Share a whole out in centimes, as near to the exact amounts as possible (largest remainder)."""
    with localcontext(Context(prec=60)):
        centimes = [amount / CENTIME for amount in exact]
        down = [int(one // 1) for one in centimes]
        rest = int(whole / CENTIME) - sum(down)
        each, more = divmod(rest, len(exact))
        order = sorted(range(len(exact)), key=lambda i: (down[i] - centimes[i], i))
        lucky = set(order[:more])
        return [(down[i] + each + (i in lucky)) * CENTIME for i in range(len(exact))]


def balance(said: EInvoice, vat_number: str) -> Balance:
    """Return what is to be paid of an invoice; raises `Impossible` where its sums do not come out."""
    totals = said.totals
    if totals.with_vat is None or totals.due is None:
        raise Impossible(N_("The invoice does not say what is to be paid."))
    rates = tuple(Rate(*one) for one in _wholes(said, [*_lines(said), *_changes(said)]))
    amount = sum((one.amount for one in rates), start=ZERO)
    if amount != totals.with_vat:
        raise Impossible(N_("The invoice’s VAT does not add up to its total."))
    vat = sum((one.vat for one in rates), start=ZERO)
    return Balance(amount, _exact(totals.due), vat, rates, _exact(totals.paid), ZERO, vat_number)


def unit_of(amount: Decimal, quantity: Decimal) -> Decimal:
    """Return the price of one, VAT in it, as finely as it is stated."""
    price = amount / quantity
    return price if price == price.quantize(CENTIME) else price.quantize(FINEST)


_Entry = tuple[Line | AllowanceCharge, Decimal, Decimal]


def _lines(said: EInvoice) -> Iterable[_Entry]:
    for line in said.lines:
        if not line.is_information and line.net is not None:
            yield line, _rate(line.vat_rate), line.net


def _changes(said: EInvoice) -> Iterable[_Entry]:
    for one in said.allowances_charges:
        if one.amount:
            yield one, _rate(one.vat_rate), one.amount if one.is_charge else -one.amount


def _rate(given: Decimal | None) -> Decimal:
    return (given or Decimal(0)).normalize() + 0


def _wholes(said: EInvoice, entries: Sequence[_Entry]) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Return for each rate what is charged at it, VAT in it, and that VAT; raises `Impossible`."""
    bases: dict[Decimal, Decimal] = {}
    for _what, rate, net in entries:
        bases[rate] = bases.get(rate, ZERO) + net
    taxes: dict[Decimal, Decimal] = {}
    for one in said.vat_breakdown:
        rate = _rate(one.rate)
        taxes[rate] = taxes.get(rate, ZERO) + (one.amount or ZERO)
    untold = [rate for rate in bases if rate not in taxes and rate != 0]
    unused = [rate for rate, tax in taxes.items() if rate not in bases and tax != 0]
    if untold or unused:
        raise Impossible(N_("The invoice’s VAT does not add up to its total."))
    return [
        (rate, _exact(base + taxes.get(rate, ZERO)), _exact(taxes.get(rate)))
        for rate, base in sorted(bases.items())
    ]


def _exact(amount: Decimal | None) -> Decimal:
    """Return an amount with two decimals; raises `Impossible` where it has more."""
    found = (amount or ZERO).quantize(CENTIME)
    if found != (amount or ZERO):
        raise Impossible(N_("The invoice has an amount with more than two decimals."))
    return found
