from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.money import Money, exponent, rounded

AMOUNTS = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("currency", "digits"), [("CHF", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XAU", 0)]
)
def test_every_currency_has_its_own_decimals(currency: str, digits: int) -> None:
    assert exponent(currency) == digits
    assert Money.of(Decimal(1), currency).minor == 10**digits


@pytest.mark.parametrize("code", ["", "chf", "EURO", "ZZZ", "€"])
def test_a_code_that_is_not_in_the_standard_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        exponent(code)


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("0.005", 1), ("-0.005", -1), ("0.0049", 0), ("2.675", 268), ("1e3", 10**5)],
)
def test_half_a_unit_is_rounded_away_from_zero(amount: str, minor: int) -> None:
    assert Money.of(Decimal(amount), "CHF") == Money(minor, "CHF")


@given(AMOUNTS, st.sampled_from(["CHF", "JPY", "KWD"]))
def test_an_amount_comes_back_as_it_was_rounded(amount: Decimal, currency: str) -> None:
    assert Money.of(amount, currency).amount == rounded(amount, exponent(currency))


@given(st.integers(), st.integers())
def test_sums_are_exact(one: int, other: int) -> None:
    assert Money(one, "EUR") + Money(other, "EUR") == Money(one + other, "EUR")
    assert Money(one, "EUR") + -Money(one, "EUR") == Money(0, "EUR")


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(Invalid):
        Money(1, "EUR") + Money(1, "CHF")
