"""Exact sums of an e-invoice (EN 16931, BR-CO-*): what the official rules only check roughly.

Amounts are rounded half up to the currency's decimals, at most two. Nothing is repaired: a sum that
differs is a finding, fatal unless rounding of prices or of VAT per line explains it.
"""

from collections.abc import Iterator
from decimal import Context, Decimal, localcontext
from typing import Final

from app.core.errors import Invalid
from app.core.languages import N_
from app.core.money import exponent, rounded
from app.documents.rules.einvoice import EInvoice, VatBreakdown
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.line_arithmetic import ZERO, check_line, net_of, plain

Group = tuple[str, Decimal]
"""VAT category (UNTDID 5305) and rate in percent."""

DIGITS: Final = 2
"""EN 16931 amounts have at most two decimals (BR-DEC-*)."""

NOT_SUBJECT: Final = "O"
"""The VAT category "not subject to VAT", the only one without a rate (BR-O-05)."""


def check(einvoice: EInvoice) -> list[Finding]:
    """Return a finding for every sum of `einvoice` that does not come out exactly."""
    with localcontext(Context(prec=100)):
        digits = digits_of(einvoice.currency)
        whole = is_whole(einvoice)
        findings = [
            finding for line in einvoice.lines for finding in check_line(line, digits, whole)
        ]
        findings += _sums(einvoice)
        amounts = _amounts(einvoice)
        findings += _vat_bases(einvoice, amounts)
        findings += [
            finding
            for entry in einvoice.vat_breakdown
            for finding in _vat_amount(entry, amounts.get(_group(entry), []), digits, whole)
        ]
        findings += _totals(einvoice)
    return findings


def digits_of(currency: str) -> int:
    """Return how many decimals amounts in `currency` (ISO 4217) have: two at most."""
    try:
        return min(exponent(currency), DIGITS)
    except Invalid:
        return DIGITS


def is_whole(einvoice: EInvoice) -> bool:
    """Say whether every amount is whole: forint, crowns and yen are often rounded so."""
    totals = einvoice.totals
    amounts = [line.net for line in einvoice.lines]
    amounts += [entry.amount for entry in einvoice.vat_breakdown]
    amounts += [totals.lines, totals.without_vat, totals.vat, totals.with_vat, totals.due]
    return all(amount == amount.to_integral_value() for amount in amounts if amount is not None)


def mismatch(rule: str, place: str, sentence: str, stated: Decimal, expected: Decimal) -> Finding:
    """Return a fatal finding: what is stated is not what its parts give."""
    values = {"stated": plain(stated), "expected": plain(expected)}
    return Finding(rule, Severity.FATAL, sentence, place, values)


def _sums(einvoice: EInvoice) -> Iterator[Finding]:
    """BT-106 = Σ BT-131, BT-107 = Σ BT-92, BT-108 = Σ BT-99."""
    totals = einvoice.totals
    nets = [line.net or ZERO for line in einvoice.lines if not line.is_information]
    if nets and totals.lines is not None and totals.lines != sum(nets):
        sentence = N_("The sum of the lines is %(stated)s, the lines add up to %(expected)s.")
        yield mismatch("KT-LINES", "BT-106", sentence, totals.lines, sum(nets, start=ZERO))
    allowances = -net_of(einvoice.allowances)
    if (totals.allowances or ZERO) != allowances:
        sentence = N_("The sum of the allowances is %(stated)s, they add up to %(expected)s.")
        yield mismatch("KT-ALLOWANCES", "BT-107", sentence, totals.allowances or ZERO, allowances)
    charges = net_of(einvoice.charges)
    if (totals.charges or ZERO) != charges:
        sentence = N_("The sum of the charges is %(stated)s, they add up to %(expected)s.")
        yield mismatch("KT-CHARGES", "BT-108", sentence, totals.charges or ZERO, charges)


def _totals(einvoice: EInvoice) -> Iterator[Finding]:
    """BT-109 = 106 - 107 + 108, BT-110 = Σ BT-117, BT-112 = 109 + 110, BT-115 = 112 - 113 + 114."""
    totals = einvoice.totals
    if totals.lines is not None and totals.without_vat is not None:
        expected = totals.lines - (totals.allowances or ZERO) + (totals.charges or ZERO)
        if totals.without_vat != expected:
            sentence = N_("The total without VAT is %(stated)s, its parts give %(expected)s.")
            yield mismatch("KT-WITHOUT-VAT", "BT-109", sentence, totals.without_vat, expected)
    yield from vat_total(einvoice)
    if totals.without_vat is not None and totals.with_vat is not None:
        expected = totals.without_vat + (totals.vat or ZERO)
        if totals.with_vat != expected:
            sentence = N_("The total with VAT is %(stated)s, its parts give %(expected)s.")
            yield mismatch("KT-WITH-VAT", "BT-112", sentence, totals.with_vat, expected)
    yield from _due(einvoice)


def vat_total(einvoice: EInvoice) -> Iterator[Finding]:
    """BT-110 = Σ BT-117, where there is a breakdown."""
    stated = einvoice.totals.vat or ZERO
    parts = sum((entry.amount or ZERO for entry in einvoice.vat_breakdown), start=ZERO)
    if einvoice.vat_breakdown and stated != parts:
        sentence = N_("The VAT total is %(stated)s, the VAT breakdown adds up to %(expected)s.")
        yield mismatch("KT-VAT-TOTAL", "BT-110", sentence, stated, parts)


def _due(einvoice: EInvoice) -> Iterator[Finding]:
    totals = einvoice.totals
    # Factur-X MINIMUM leaves out what was paid (BT-113) and rounded (BT-114): nothing to compare.
    if totals.lines is None or totals.with_vat is None or totals.due is None:
        return
    expected = totals.with_vat - (totals.paid or ZERO) + (totals.rounding or ZERO)
    if totals.due != expected:
        sentence = N_("The amount due is %(stated)s, its parts give %(expected)s.")
        yield mismatch("KT-DUE", "BT-115", sentence, totals.due, expected)


def _amounts(einvoice: EInvoice) -> dict[Group, list[Decimal]]:
    """Return the net amounts by VAT group: lines, and signed allowances and charges.

    Empty where they cannot be told apart: without lines, or with one that has no VAT category.
    """
    lines = [line for line in einvoice.lines if not line.is_information]
    parts = [(line.vat_category, line.vat_rate, line.net or ZERO) for line in lines]
    parts += [
        (entry.vat_category, entry.vat_rate, net_of([entry]))
        for entry in einvoice.allowances_charges
    ]
    if not lines or not all(category for category, _, _ in parts):
        return {}
    groups: dict[Group, list[Decimal]] = {}
    for category, rate, amount in parts:
        groups.setdefault((category, rate or ZERO), []).append(amount)
    return groups


def _group(entry: VatBreakdown) -> Group:
    return entry.category, entry.rate or ZERO


def _vat_bases(einvoice: EInvoice, amounts: dict[Group, list[Decimal]]) -> Iterator[Finding]:
    """Per category and rate: BT-116 = Σ BT-131 - Σ BT-92 + Σ BT-99."""
    if not amounts or not einvoice.vat_breakdown:
        return
    bases: dict[Group, Decimal] = {}
    for entry in einvoice.vat_breakdown:
        bases[_group(entry)] = bases.get(_group(entry), ZERO) + (entry.base or ZERO)
    for group in dict.fromkeys([*amounts, *bases]):
        expected = sum(amounts.get(group, []), start=ZERO)
        stated = bases.get(group, ZERO)
        if stated != expected:
            sentence = N_(
                "VAT %(category)s %(rate)s %%: the taxable amount is %(stated)s,"
                " the lines add up to %(expected)s."
            )
            yield _vat_finding(
                "KT-VAT-BASE", Severity.FATAL, "BT-116", sentence, group, stated, expected
            )


def _vat_amount(
    entry: VatBreakdown, parts: list[Decimal], digits: int, is_whole: bool
) -> Iterator[Finding]:
    """BT-117 = round(BT-116 × BT-119 ÷ 100), per category and not per line."""
    if entry.base is None or entry.amount is None:
        return
    if entry.rate is None and entry.category != NOT_SUBJECT:
        return  # nothing to compute with; BR-48 and BR-CO-18 say that a rate is missing
    group = _group(entry)
    expected = rounded(entry.base * group[1] / 100, digits)
    if entry.amount == expected:
        return
    by_line = sum((rounded(part * group[1] / 100, digits) for part in parts), start=ZERO)
    rule, severity, sentence = "KT-VAT-AMOUNT", Severity.FATAL, _AMOUNT
    if parts and entry.amount == by_line:
        rule, severity, sentence = "KT-VAT-PER-LINE", Severity.WARNING, _PER_LINE
    elif is_whole and entry.amount == rounded(expected, 0):
        rule, severity, sentence = "KT-VAT-WHOLE", Severity.WARNING, _WHOLE
    yield _vat_finding(rule, severity, "BT-117", sentence, group, entry.amount, expected)


_AMOUNT: Final = N_(
    "VAT %(category)s %(rate)s %%: the tax is %(stated)s, the taxable amount gives %(expected)s."
)
_PER_LINE: Final = N_(
    "VAT %(category)s %(rate)s %%: the tax is %(stated)s, the taxable amount gives %(expected)s."
    " Rounding line by line explains the difference."
)
_WHOLE: Final = N_(
    "VAT %(category)s %(rate)s %%: the tax is %(stated)s, the taxable amount gives %(expected)s."
    " Rounding to whole units explains the difference."
)


def _vat_finding(
    rule: str,
    severity: Severity,
    place: str,
    sentence: str,
    group: Group,
    stated: Decimal,
    expected: Decimal,
) -> Finding:
    values = {
        "category": group[0],
        "rate": plain(group[1]),
        "stated": plain(stated),
        "expected": plain(expected),
    }
    return Finding(rule, severity, sentence, place, values)
