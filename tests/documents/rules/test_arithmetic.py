"""Exact sums: what is wrong by a cent is found, and what explains itself is only a warning."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import rounded
from app.documents.rules.arithmetic import check
from app.documents.rules.einvoice import EInvoice, Totals, VatBreakdown
from app.documents.rules.findings import Severity
from app.documents.rules.line import AllowanceCharge, Line, Price
from tests.documents.strategies import einvoices


def amount(text: str) -> Decimal:
    return Decimal(text)


def line(quantity: str, price: str, net: str, rate: str = "8.1", **more: object) -> Line:
    return Line(
        identifier="1",
        quantity=amount(quantity),
        price=Price(net=amount(price)),
        net=amount(net),
        vat_category="S",
        vat_rate=amount(rate),
        **more,  # type: ignore[arg-type]
    )


def invoice(*lines: Line, vat: str, rate: str = "8.1", currency: str = "CHF") -> EInvoice:
    """Return an invoice over `lines` of one VAT rate that is right if `vat` is."""
    base = sum((entry.net or Decimal(0) for entry in lines), start=Decimal(0))
    return EInvoice(
        currency=currency,
        lines=lines,
        vat_breakdown=(VatBreakdown(base, amount(vat), "S", amount(rate)),),
        totals=Totals(
            lines=base,
            without_vat=base,
            vat=amount(vat),
            with_vat=base + amount(vat),
            due=base + amount(vat),
        ),
    )


GOOD = invoice(line("31", "10.00", "310.00"), vat="25.11")


def rules(einvoice: EInvoice) -> dict[str, Severity]:
    return {finding.rule: finding.severity for finding in check(einvoice)}


def test_a_right_invoice_has_no_finding() -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize("wrong", ["25.12", "25.10", "25.61", "26.10"])
def test_vat_that_is_wrong_by_less_than_one_is_fatal(wrong: str) -> None:
    found = rules(invoice(line("31", "10.00", "310.00"), vat=wrong))
    assert found == {"KT-VAT-AMOUNT": Severity.FATAL}


def test_vat_rounded_line_by_line_is_a_warning() -> None:
    lines = [line("1", "0.10", "0.10")] * 7
    assert rules(invoice(*lines, vat="0.06")) == {}
    assert rules(invoice(*lines, vat="0.07")) == {"KT-VAT-PER-LINE": Severity.WARNING}
    assert rules(invoice(*lines, vat="0.08")) == {"KT-VAT-AMOUNT": Severity.FATAL}


def test_a_changed_quantity_is_fatal() -> None:
    found = rules(invoice(line("99", "10.00", "310.00"), vat="25.11"))
    assert found == {"KT-LINE-NET": Severity.FATAL}


def test_a_rounded_price_explains_a_small_difference() -> None:
    found = rules(invoice(line("3", "33.33", "100.00"), vat="8.10"))
    assert found == {"KT-LINE-ROUNDING": Severity.WARNING}


def test_a_price_shown_with_zeros_may_be_rounded_before_them() -> None:
    found = rules(invoice(line("20", "2.7700", "55.46"), vat="4.49"))
    assert found == {"KT-LINE-ROUNDING": Severity.WARNING}


def test_a_difference_beyond_the_rounding_of_the_price_is_fatal() -> None:
    found = rules(invoice(line("3", "33.33", "100.02"), vat="8.10"))
    assert found == {"KT-LINE-NET": Severity.FATAL}


def test_a_line_charged_at_its_gross_price_is_a_warning() -> None:
    gross = replace(
        line("1", "117.6471", "140.00", "0"),
        price=Price(net=amount("117.6471"), gross=amount("140.00")),
    )
    assert rules(invoice(gross, vat="0", rate="0")) == {"KT-LINE-GROSS": Severity.WARNING}


def test_an_invoice_in_whole_units_is_a_warning() -> None:
    found = rules(invoice(line("1", "69180.40", "69180"), vat="5604", currency="HUF"))
    assert found == {"KT-LINE-WHOLE": Severity.WARNING, "KT-VAT-WHOLE": Severity.WARNING}


def test_allowances_charges_and_base_quantity_belong_to_the_line() -> None:
    entry = replace(
        line("250", "20.00", "51.00"),
        price=Price(net=amount("20.00"), base_quantity=amount("100")),
        allowances_charges=(
            AllowanceCharge(amount=amount("4")),
            AllowanceCharge(is_charge=True, amount=amount("5")),
        ),
    )
    assert rules(invoice(entry, vat="4.13")) == {}


def test_a_price_for_a_quantity_of_zero_is_fatal() -> None:
    entry = replace(
        line("1", "20.00", "20.00"), price=Price(net=amount("20"), base_quantity=amount("0"))
    )
    assert rules(invoice(entry, vat="1.62")) == {"KT-BASE-QUANTITY": Severity.FATAL}


def test_half_a_cent_is_rounded_away_from_zero_also_below_it() -> None:
    assert rules(invoice(line("-1", "0.50", "-0.50", "1"), vat="-0.01", rate="1")) == {}


def test_yen_has_no_decimals() -> None:
    assert rules(invoice(line("1", "105", "105", "10"), vat="11", rate="10", currency="JPY")) == {}


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("lines", "KT-LINES"),
        ("allowances", "KT-ALLOWANCES"),
        ("charges", "KT-CHARGES"),
        ("without_vat", "KT-WITHOUT-VAT"),
        ("vat", "KT-VAT-TOTAL"),
        ("with_vat", "KT-WITH-VAT"),
        ("due", "KT-DUE"),
    ],
)
def test_a_total_that_is_wrong_by_a_cent_is_fatal(field: str, rule: str) -> None:
    wrong = (getattr(GOOD.totals, field) or Decimal(0)) + amount("0.01")
    found = rules(replace(GOOD, totals=replace(GOOD.totals, **{field: wrong})))
    assert found[rule] is Severity.FATAL


def test_what_is_paid_and_rounded_belongs_to_the_amount_due() -> None:
    totals = replace(
        GOOD.totals, paid=amount("100.00"), rounding=amount("-0.01"), due=amount("235.10")
    )
    assert rules(replace(GOOD, totals=totals)) == {}


def test_a_taxable_amount_of_another_rate_is_found() -> None:
    other = replace(GOOD.lines[0], vat_rate=amount("2.6"))
    findings = check(replace(GOOD, lines=(other,)))
    assert [finding.rule for finding in findings] == ["KT-VAT-BASE", "KT-VAT-BASE"]
    assert "310.00" in findings[0].text()


def test_document_allowances_lower_the_taxable_amount() -> None:
    allowance = AllowanceCharge(amount=amount("10"), vat_category="S", vat_rate=amount("8.10"))
    einvoice = replace(
        GOOD,
        allowances_charges=(allowance,),
        vat_breakdown=(VatBreakdown(amount("300.00"), amount("24.30"), "S", amount("8.1")),),
        totals=Totals(
            lines=amount("310.00"),
            allowances=amount("10.00"),
            without_vat=amount("300.00"),
            vat=amount("24.30"),
            with_vat=amount("324.30"),
            due=amount("324.30"),
        ),
    )
    assert rules(einvoice) == {}


def test_a_line_that_only_informs_is_not_summed() -> None:
    remark = replace(line("1", "5.00", "5.00"), is_information=True)
    assert rules(replace(GOOD, lines=(*GOOD.lines, remark))) == {}


def test_an_invoice_without_lines_is_checked_by_what_it_has() -> None:
    totals = Totals(
        without_vat=amount("10"), vat=amount("1"), with_vat=amount("12"), due=amount("9")
    )
    assert rules(EInvoice(currency="EUR", totals=totals)) == {"KT-WITH-VAT": Severity.FATAL}


@given(st.lists(st.tuples(st.integers(1, 999), st.integers(1, 10**7)), min_size=1, max_size=20))
def test_an_invoice_made_by_the_rules_has_no_finding(parts: list[tuple[int, int]]) -> None:
    lines = [line(str(quantity), f"{price / 10000:.4f}", "0", "19") for quantity, price in parts]
    lines = [
        replace(entry, net=rounded((entry.quantity or 0) * entry.price.net, 2))  # type: ignore[union-attr,operator]
        for entry in lines
    ]
    base = sum((entry.net or Decimal(0) for entry in lines), start=Decimal(0))
    vat = rounded(base * 19 / 100, 2)
    assert check(invoice(*lines, vat=str(vat), rate="19", currency="EUR")) == []


@given(einvoices)
def test_no_einvoice_makes_the_checks_fail(einvoice: EInvoice) -> None:
    assert all(finding.text() for finding in check(einvoice))
