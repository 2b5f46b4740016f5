"""When a report is due: on the clock of its place, whatever that clock does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.rules.timing import (
    LAST_DAY,
    Interval,
    Period,
    When,
    last_slot,
    latest,
    next_slot,
    period,
)

ZONES = (
    *("Europe/Zurich", "Europe/Stockholm", "Europe/Oslo", "America/New_York"),
    *("Asia/Kolkata", "Australia/Lord_Howe"),
)
ZURICH = "Europe/Zurich"
zones = st.sampled_from(ZONES)
minutes = st.integers(0, 1439)
moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2030, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
whens = st.builds(
    When,
    st.sampled_from([Interval.DAILY, Interval.WEEKLY, Interval.MONTHLY]),
    minutes,
    st.integers(0, 6),
    st.sampled_from([1, 15, 28, LAST_DAY]),
)


def wall(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(whens, zones, moments)
def test_slots_follow_each_other_strictly_and_the_last_one_is_found_again(
    when: When, zone: str, after: datetime
) -> None:
    slot = after
    for _ in range(5):
        following = next_slot(when, zone, slot)
        assert following > slot
        assert last_slot(when, zone, following) == following
        assert last_slot(when, zone, following - timedelta(microseconds=1)) <= slot
        slot = following


@given(minutes, zones, moments)
def test_every_calendar_day_has_one_daily_slot_at_its_wall_time(
    minute: int, zone: str, after: datetime
) -> None:
    when = When(Interval.DAILY, minute)
    first = next_slot(when, zone, after)
    slots = [first]
    for _ in range(40):
        slots.append(next_slot(when, zone, slots[-1]))
    days = [one.astimezone(ZoneInfo(zone)).date() for one in slots]
    assert days == [days[0] + timedelta(days=place) for place in range(41)]
    for slot in slots:
        here = slot.astimezone(ZoneInfo(zone))
        shown = here.hour * 60 + here.minute
        # In a gap the wall time does not exist: the clock shows it later by the gap's length.
        gap = (here.utcoffset() or timedelta()) - (
            (here - timedelta(hours=2)).astimezone(UTC).astimezone(ZoneInfo(zone)).utcoffset()
            or timedelta()
        )
        assert shown in (minute, minute + gap.total_seconds() // 60)


@pytest.mark.parametrize(
    ("zone", "minute", "after", "shown", "at"),
    [
        # Put forward: 02:30 is left out and comes as 03:30; half an hour later on Lord Howe.
        (ZURICH, 150, "2026-03-28T12:00", "2026-03-29 03:30", "2026-03-29T01:30"),
        ("America/New_York", 150, "2026-03-07T12:00", "2026-03-08 03:30", "2026-03-08T07:30"),
        ("Australia/Lord_Howe", 135, "2026-10-03T01:00", "2026-10-04 02:45", "2026-10-03T15:45"),
        # Put back: 02:30 comes twice and counts the first time.
        (ZURICH, 150, "2026-10-24T12:00", "2026-10-25 02:30", "2026-10-25T00:30"),
        ("Europe/Oslo", 150, "2026-10-25T00:30", "2026-10-26 02:30", "2026-10-26T01:30"),
        # Never moved, and half an hour beside everybody else.
        ("Asia/Kolkata", 420, "2026-10-24T12:00", "2026-10-25 07:00", "2026-10-25T01:30"),
    ],
)
def test_gaps_are_stepped_over_and_folds_count_once(
    zone: str, minute: int, after: str, shown: str, at: str
) -> None:
    slot = next_slot(When(Interval.DAILY, minute), zone, utc(after))
    assert wall(slot, zone) == shown
    assert slot == utc(at)


def test_a_day_that_a_place_left_out_makes_no_slot_come_twice() -> None:
    when = When(Interval.DAILY, 420)
    slot = next_slot(when, "Pacific/Apia", utc("2011-12-28T00:00"))
    walls = []
    for _ in range(4):
        walls.append(wall(slot, "Pacific/Apia"))
        slot = next_slot(when, "Pacific/Apia", slot)
    assert walls == [f"2011-12-{day} 07:00" for day in ("28", "29", "31")] + ["2012-01-01 07:00"]


def test_monthly_slots_know_the_last_day() -> None:
    when = When(Interval.MONTHLY, 60, month_day=LAST_DAY)
    slot, days = utc("2027-12-31T12:00"), []
    for _ in range(4):
        slot = next_slot(when, ZURICH, slot)
        days.append(wall(slot, ZURICH)[:10])
    assert days == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]


def test_weekly_slots_keep_their_day_and_hour_over_the_change_of_the_clock() -> None:
    when = When(Interval.WEEKLY, 420, weekday=0)
    first = next_slot(when, ZURICH, utc("2026-10-18T00:00"))
    second = next_slot(when, ZURICH, first)
    assert [wall(one, ZURICH) for one in (first, second)] == [
        "2026-10-19 07:00",
        "2026-10-26 07:00",
    ]
    assert second - first == timedelta(days=7, hours=1)


def test_a_run_covers_all_since_the_run_before() -> None:
    when = When(Interval.DAILY, 420)
    slot = last_slot(when, ZURICH, utc("2026-11-22T12:00"))
    assert period(when, ZURICH, slot, None) == Period(slot - timedelta(days=1), slot)
    missed = slot - timedelta(days=4)
    assert period(when, ZURICH, slot, missed) == Period(missed, slot)


def test_a_preview_shows_the_last_period_that_is_over() -> None:
    now = utc("2026-11-22T12:00")
    shown = latest(When(Interval.WEEKLY, 420, weekday=0), ZURICH, now)
    assert [wall(one, ZURICH) for one in (shown.begins, shown.ends)] == [
        "2026-11-09 07:00",
        "2026-11-16 07:00",
    ]
    assert latest(When(Interval.AT_ONCE, 0), ZURICH, now) == Period(now - timedelta(days=1), now)


def test_a_report_at_once_has_no_slots() -> None:
    with pytest.raises(ValueError, match="no slot"):
        next_slot(When(Interval.AT_ONCE, 0), ZURICH, utc("2026-11-22T12:00"))
