"""Sums of documents that are no invoice: compared where both sides are stated, as of EN 16931."""

from collections.abc import Iterator
from decimal import Context, Decimal, localcontext

from app.core.languages import N_
from app.documents.rules.arithmetic import digits_of, is_whole, mismatch, vat_total
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding
from app.documents.rules.line_arithmetic import ZERO, check_line, net_of


def check(said: EInvoice) -> list[Finding]:
    """Return a finding for every sum that does not come out exactly; nothing missing is guessed."""
    with localcontext(Context(prec=100)):
        digits, whole = digits_of(said.currency), is_whole(said)
        return [
            *(finding for line in said.lines for finding in check_line(line, digits, whole)),
            *_lines(said),
            *vat_total(said),
            *_totals(said),
        ]


def _lines(said: EInvoice) -> Iterator[Finding]:
    stated = said.totals.lines
    nets = [line.net for line in said.lines]
    nets += [
        None
        if one.debit is None and one.credit is None
        else (one.debit or ZERO) - (one.credit or ZERO)
        for one in said.reminded_invoices
    ]
    known = [net for net in nets if net is not None]
    if stated is None or not known or len(known) < len(nets) or stated == sum(known):
        return
    sentence = N_("The sum of the lines is %(stated)s, the lines add up to %(expected)s.")
    yield mismatch("KT-LINES", "BT-106", sentence, stated, sum(known, start=ZERO))


def _totals(said: EInvoice) -> Iterator[Finding]:
    """BT-109 = 106 - 107 + 108, BT-112 = 109 + 110, BT-115 = 112 - 113 + 114."""
    totals = said.totals
    if totals.lines is not None and totals.without_vat is not None:
        expected = totals.lines + _change(said)
        if totals.without_vat != expected:
            sentence = N_("The total without VAT is %(stated)s, its parts give %(expected)s.")
            yield mismatch("KT-WITHOUT-VAT", "BT-109", sentence, totals.without_vat, expected)
    with_vat = totals.with_vat
    if totals.without_vat is not None and totals.vat is not None:
        expected = totals.without_vat + totals.vat
        if with_vat is not None and with_vat != expected:
            sentence = N_("The total with VAT is %(stated)s, its parts give %(expected)s.")
            yield mismatch("KT-WITH-VAT", "BT-112", sentence, with_vat, expected)
        with_vat = expected if with_vat is None else with_vat
    if with_vat is not None and totals.due is not None:
        expected = with_vat - (totals.paid or ZERO) + (totals.rounding or ZERO)
        if totals.due != expected:
            sentence = N_("The amount due is %(stated)s, its parts give %(expected)s.")
            yield mismatch("KT-DUE", "BT-115", sentence, totals.due, expected)


def _change(said: EInvoice) -> Decimal:
    """Return charges less allowances: the totals where they are stated, else what makes them."""
    totals = said.totals
    charges = net_of(said.charges) if totals.charges is None else totals.charges
    allowances = -net_of(said.allowances) if totals.allowances is None else totals.allowances
    return charges - allowances
