"""Interest for late payment: simple, exact, rounded half up once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from app.core.languages import N_


class DayCount(StrEnum):
    """How days are counted, and how many make a year."""

    ACTUAL_365 = "actual_365"
    ACTUAL_ACTUAL = "actual_actual"
    """Each day is a 365th of its year, in a leap year a 366th (ISDA 2006, 4.16 b)."""
    ACTUAL_360 = "actual_360"
    THIRTY_360 = "thirty_360"
    """Every month has 30 days (30E/360, ISDA 2006, 4.16 g)."""


DAY_COUNT_NAMES: Final = {
    DayCount.ACTUAL_365: N_("Calendar days, 365 days a year"),
    DayCount.ACTUAL_ACTUAL: N_("Calendar days, 366 days in a leap year"),
    DayCount.ACTUAL_360: N_("Calendar days, 360 days a year"),
    DayCount.THIRTY_360: N_("Months of 30 days, 360 days a year"),
}

LAWS: Final = {
    "CH": N_(
        "Switzerland: 5 % a year where nothing else was agreed (art. 104 CO). A fee has to be agreed."
    ),
    "DE": N_(
        "Germany: the base rate plus 5 percentage points, between businesses plus 9 (section 288 BGB)."
    ),
    "AT": N_(
        "Austria: 4 % a year (section 1000 ABGB), between businesses the base rate plus 9.2 "
        "percentage points (section 456 UGB)."
    ),
    "SE": N_(
        "Sweden: the reference rate plus 8 percentage points (section 6 räntelagen). The fee of a "
        "reminder has to be agreed and is limited by law (1981:739)."
    ),
    "NO": N_(
        "Norway: the rate is set twice a year (section 3 forsinkelsesrenteloven). The fee of a "
        "reminder is limited (inkassoforskriften, chapter 1)."
    ),
}
"""Country → where its law speaks of it; what is asked for is the organisation's own decision."""


def days_between(since: date, until: date, count: DayCount) -> int:
    """Return the days from `since` (not counted) to `until` (counted); 0 where it lies before."""
    if until <= since:
        return 0
    if count is not DayCount.THIRTY_360:
        return (until - since).days
    months = (until.year - since.year) * 12 + until.month - since.month
    return months * 30 + min(until.day, 30) - min(since.day, 30)


def interest(minor: int, percent: Decimal, since: date, until: date, count: DayCount) -> int:
    """Return the interest of `minor` units at `percent` a year, in minor units, rounded half up."""
    exact = minor * YEARS[count](since, until) * Fraction(percent) / 100
    # Amounts that are asked for are above zero: half up is half away from zero.
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def _over(days: int) -> Callable[[date, date], Fraction]:
    def years(since: date, until: date) -> Fraction:
        return Fraction(days_between(since, until, DayCount.ACTUAL_365), days)

    return years


def _thirty(since: date, until: date) -> Fraction:
    return Fraction(days_between(since, until, DayCount.THIRTY_360), 360)


def _actual(since: date, until: date) -> Fraction:
    if until <= since:
        return Fraction(0)
    found = Fraction(0)
    for year in range(since.year, until.year + 1):
        first, after = max(since, date(year - 1, 12, 31)), min(until, date(year, 12, 31))
        length = (date(year, 12, 31) - date(year - 1, 12, 31)).days
        found += Fraction((after - first).days, length)
    return found


YEARS: Final[dict[DayCount, Callable[[date, date], Fraction]]] = {
    DayCount.ACTUAL_365: _over(365),
    DayCount.ACTUAL_360: _over(360),
    DayCount.ACTUAL_ACTUAL: _actual,
    DayCount.THIRTY_360: _thirty,
}
"""How many years lie between two days."""
