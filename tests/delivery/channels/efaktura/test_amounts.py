from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.channels.efaktura import amounts
from app.delivery.channels.efaktura.amounts import Impossible
from app.documents.rules.einvoice import EInvoice, Totals, VatBreakdown
from app.documents.rules.line import AllowanceCharge, Item, Line

RATES = [Decimal(rate) for rate in ("0", "2.6", "3.8", "8.1")]
CENTIME = Decimal("0.01")
money = st.decimals(Decimal("-500"), Decimal("5000"), places=2)


@st.composite
def invoices(draw: st.DrawFn) -> EInvoice:
    """Invoices whose VAT is added to each rate as a whole, as EN 16931 does."""
    lines = draw(st.lists(st.tuples(money, st.sampled_from(RATES)), min_size=1, max_size=12))
    changes = draw(st.lists(st.tuples(money, st.sampled_from(RATES), st.booleans()), max_size=2))
    bases: dict[Decimal, Decimal] = {}
    for net, rate in [*lines, *((a if is_charge else -a, r) for a, r, is_charge in changes)]:
        bases[rate] = bases.get(rate, Decimal(0)) + net
    taxes = {rate: (base * rate / 100).quantize(CENTIME) for rate, base in bases.items()}
    whole = sum(bases.values(), start=Decimal(0)) + sum(taxes.values(), start=Decimal(0))
    return EInvoice(
        number="1",
        currency="CHF",
        lines=tuple(
            Line(quantity=Decimal(3), net=net, vat_rate=rate, item=Item(name="Pflege"))
            for net, rate in lines
        ),
        allowances_charges=tuple(
            AllowanceCharge(is_charge=is_charge, amount=amount, vat_rate=rate)
            for amount, rate, is_charge in changes
        ),
        vat_breakdown=tuple(
            VatBreakdown(base=bases[rate], amount=tax, rate=rate) for rate, tax in taxes.items()
        ),
        totals=Totals(with_vat=whole, due=whole),
    )


@given(invoices())
def test_what_is_charged_adds_up_to_the_total_with_vat_and_no_line_is_off_by_more_than_rounding(
    said: EInvoice,
) -> None:
    charged = amounts.charged(said)
    sums = amounts.balance(said, "")
    assert sum(one.amount for one in charged) == sums.amount == said.totals.with_vat
    assert sums.vat == sum(one.amount or 0 for one in said.vat_breakdown)
    for one in charged:
        assert one.amount == one.amount.quantize(CENTIME)
        net = one.what.net if isinstance(one.what, Line) else one.what.amount
        if isinstance(one.what, AllowanceCharge) and not one.what.is_charge:
            net = -(net or 0)
        assert net is not None
        assert abs(one.amount - net * (100 + one.rate) / 100) < 2 * CENTIME


@given(money, st.lists(money, min_size=1, max_size=9))
def test_whatever_is_shared_out_is_there_again(whole: Decimal, exact: list[Decimal]) -> None:
    assert sum(amounts.shared(whole, exact)) == whole


def test_an_invoice_whose_sums_do_not_come_out_is_not_told() -> None:
    line = Line(net=Decimal(100), vat_rate=Decimal("8.1"), item=Item(name="Pflege"))
    right = EInvoice(
        lines=(line,),
        vat_breakdown=(
            VatBreakdown(base=Decimal(100), amount=Decimal("8.10"), rate=line.vat_rate),
        ),
        totals=Totals(with_vat=Decimal("108.10"), due=Decimal("108.10")),
    )
    assert amounts.balance(right, "").amount == Decimal("108.10")
    wrong = [
        replace(right, totals=Totals(with_vat=Decimal("108.11"), due=Decimal("108.11"))),
        replace(right, vat_breakdown=()),
        replace(right, totals=Totals()),
        replace(right, lines=(replace(line, net=Decimal("100.005")),)),
    ]
    for one in wrong:
        with pytest.raises(Impossible):
            amounts.balance(one, "")
    with pytest.raises(Impossible):
        amounts.charged(replace(right, lines=()))
