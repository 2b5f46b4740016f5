from datetime import UTC, date, datetime, timedelta, timezone

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
