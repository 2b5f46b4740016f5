"""Interest: days by each convention, exact amounts, rounded half up once."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from app.dunning.rules.interest import YEARS, DayCount, days_between, interest

DUE = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("count", "until", "days"),
    [
        (DayCount.ACTUAL_365, date(2026, 3, 1), 29),
        (DayCount.ACTUAL_360, date(2026, 3, 1), 29),
        (DayCount.ACTUAL_ACTUAL, date(2026, 3, 1), 29),
        (DayCount.THIRTY_360, date(2026, 3, 1), 31),
        (DayCount.THIRTY_360, date(2026, 2, 28), 28),
        (DayCount.THIRTY_360, date(2027, 1, 31), 360),
        (DayCount.THIRTY_360, date(2026, 3, 31), 60),
    ],
)
def test_days_are_counted_as_the_convention_says(count: DayCount, until: date, days: int) -> None:
    assert days_between(DUE, until, count) == days


@pytest.mark.parametrize("count", DayCount)
def test_who_pays_in_time_owes_no_interest(count: DayCount) -> None:
    for late in (0, -1, -400):
        until = DUE + timedelta(days=late)
        assert days_between(DUE, until, count) == 0
        assert interest(100_000, Decimal(5), DUE, until, count) == 0


@pytest.mark.parametrize(
    ("count", "expected"),
    # 1'000.00 at 5 % for 73 days: 1000 × 0.05 × 73/365 = 10.00, 73/360 = 10.1388…, 72/360 = 10.00.
    [
        (DayCount.ACTUAL_365, 1000),
        (DayCount.ACTUAL_360, 1014),
        (DayCount.ACTUAL_ACTUAL, 1000),
        (DayCount.THIRTY_360, 1000),
    ],
)
def test_interest_is_what_a_calculator_says(count: DayCount, expected: int) -> None:
    since = date(2026, 3, 31)
    until = {DayCount.THIRTY_360: date(2026, 6, 12)}.get(count, since + timedelta(days=73))
    assert interest(100_000, Decimal(5), since, until, count) == expected


def test_a_leap_year_has_longer_years_only_where_its_days_are_counted() -> None:
    since, until = date(2027, 12, 31), date(2028, 12, 31)
    assert interest(366_000, Decimal(10), since, until, DayCount.ACTUAL_ACTUAL) == 36_600
    assert interest(365_000, Decimal(10), since, until, DayCount.ACTUAL_365) == 36_600
    across = YEARS[DayCount.ACTUAL_ACTUAL](date(2027, 12, 1), date(2028, 1, 31))
    assert across == Fraction(30, 365) + Fraction(31, 366)


def test_half_a_unit_is_rounded_up_and_less_is_not() -> None:
    since = date(2026, 1, 1)
    # One per cent of 50 units is exactly half a unit.
    assert interest(50, Decimal(1), since, since + timedelta(days=365), DayCount.ACTUAL_365) == 1
    assert interest(49, Decimal(1), since, since + timedelta(days=365), DayCount.ACTUAL_365) == 0
    huge = interest(10**15 + 50, Decimal(1), since, date(2027, 1, 1), DayCount.ACTUAL_365)
    assert huge == 10**13 + 1


@pytest.mark.parametrize("count", DayCount)
def test_parts_of_a_time_add_up_to_the_whole(count: DayCount) -> None:
    day, years = date(2027, 11, 15), YEARS[count]
    for step in range(1, 500, 7):
        later, end = day + timedelta(days=step), day + timedelta(days=600)
        if count is not DayCount.THIRTY_360 or later.day < 31:
            assert years(day, later) + years(later, end) == years(day, end)
