from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from app.core import clock

NOON = datetime(2026, 10, 30, 12, tzinfo=UTC)


def test_now_is_aware_and_goes_on() -> None:
    one, other = clock.now(), clock.now()
    assert one.tzinfo is UTC
    assert one <= other


def test_the_clock_can_stand_still() -> None:
    with clock.standing_at(NOON):
        assert clock.now() == clock.now() == NOON
        with clock.standing_at(NOON + timedelta(hours=1)):
            assert clock.now() == NOON + timedelta(hours=1)
        assert clock.now() == NOON
    assert clock.now() > NOON


def test_it_goes_on_after_something_was_raised() -> None:
    with pytest.raises(LookupError), clock.standing_at(NOON):
        raise LookupError
    assert clock.now() != NOON


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    with clock.standing_at(NOON.astimezone(timezone(timedelta(hours=9)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Zurich", 31), ("Europe/London", 30), ("Pacific/Auckland", 31), ("America/Lima", 30)],
)
def test_today_is_a_day_of_a_place(zone: str, day: int) -> None:
    with clock.standing_at(datetime(2026, 10, 30, 23, 30, tzinfo=UTC)):
        assert clock.today(zone) == date(2026, 10, day)


def test_a_day_begins_at_its_own_midnight_also_when_clocks_are_moved() -> None:
    with clock.standing_at(datetime(2026, 10, 26, 12, tzinfo=UTC)):
        days = clock.last_days("Europe/Zurich", 3)
    assert [day for day, _begin in days] == [date(2026, 10, day) for day in (24, 25, 26)]
    lengths = [after[1] - before[1] for before, after in pairwise(days)]
    assert lengths == [timedelta(hours=24), timedelta(hours=25)]
    with clock.standing_at(datetime(2026, 3, 30, 12, tzinfo=UTC)):
        spring = clock.last_days("Europe/Zurich", 2)
    assert spring[1][1] - spring[0][1] == timedelta(hours=23)


def test_a_day_without_midnight_begins_when_the_clock_says_so() -> None:
    """In Santiago the clock goes from 24:00 on 5 September 2026 to 1:00."""
    begins = clock.midnight(date(2026, 9, 6), "America/Santiago")
    assert begins == datetime(2026, 9, 6, 4, tzinfo=UTC)
