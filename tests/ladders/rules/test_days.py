"""When a step is due: on the house's morning, over weekends, holidays, summer time, the year's end."""

from datetime import UTC, date, datetime

import pytest

from app.ladders.rules import Counting, Deed
from app.ladders.rules.days import is_business_day, subdivisions, when
from app.ladders.rules.steps import Step

CALENDAR, BUSINESS = Counting.CALENDAR, Counting.BUSINESS


def due(since: datetime, days: int, counting: Counting, part: str = "") -> datetime:
    return when(Step(days, Deed.PRINT, counting), since, "Europe/Zurich", "CH", part)


@pytest.mark.parametrize(
    ("since", "days", "counting", "expected"),
    [
        # In winter eight in the morning is seven in UTC, in summer six.
        ((2026, 1, 5, 12), 20, CALENDAR, (2026, 1, 25, 7)),
        ((2026, 3, 25, 12), 5, CALENDAR, (2026, 3, 30, 6)),
        ((2026, 10, 20, 12), 5, CALENDAR, (2026, 10, 25, 7)),
        # It is the house's day that counts: half past eleven in UTC is tomorrow in Zurich.
        ((2026, 3, 2, 23), 1, CALENDAR, (2026, 3, 4, 7)),
        # Friday and three business days: Wednesday.
        ((2026, 3, 6, 12), 3, BUSINESS, (2026, 3, 11, 7)),
        # Ascension Day, and the bridge that nobody gives: the Friday after it counts.
        ((2026, 5, 13, 12), 1, BUSINESS, (2026, 5, 15, 6)),
        # Over Christmas and New Year's Day, which are holidays of the whole country.
        ((2026, 12, 24, 12), 5, BUSINESS, (2027, 1, 4, 7)),
        ((2026, 12, 31, 12), 1, CALENDAR, (2027, 1, 1, 7)),
    ],
)
def test_days_are_those_of_the_house(
    since: tuple[int, ...], days: int, counting: Counting, expected: tuple[int, ...]
) -> None:
    moment = datetime(*since, tzinfo=UTC)  # type: ignore[arg-type, misc]
    assert due(moment, days, counting) == datetime(*expected, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_a_part_of_the_country_has_holidays_of_its_own() -> None:
    first_of_may = date(2026, 5, 1)
    assert is_business_day(first_of_may, "CH")
    assert not is_business_day(first_of_may, "CH", "ZH")
    assert "ZH" in subdivisions("CH")
    # From Maundy Thursday over Good Friday and Easter Monday.
    thursday = datetime(2026, 4, 2, 12, tzinfo=UTC)
    assert due(thursday, 1, BUSINESS, "ZH") == datetime(2026, 4, 7, 6, tzinfo=UTC)
    before = datetime(2026, 4, 30, 12, tzinfo=UTC)
    assert due(before, 1, BUSINESS).day == 1
    assert due(before, 1, BUSINESS, "ZH").day == 4


def test_a_country_that_nobody_knows_has_weekends_only() -> None:
    assert is_business_day(date(2026, 12, 25), "XX")
    assert not is_business_day(date(2026, 12, 26), "XX")
    assert is_business_day(date(2026, 12, 24), "CH", "no such part")
