"""Which level is due on which day, and what stops it: every combination, against a second opinion."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from app.dunning.rules import STOPS, Cause, Choice, Last, Obstacle
from app.dunning.rules.course import Facts, Pause, judge, stopped_by
from app.dunning.rules.levels import Level, counted_until, due_on, next_level

LEVELS = (Level(1, 10), Level(2, 14), Level(3, 7))
DUE = date(2026, 3, 1)
OPEN = Facts(is_published=True, open_minor=100, due_date=DUE)
DAY = timedelta(days=1)


@pytest.mark.parametrize("reached", range(4))
def test_a_level_comes_after_its_days_and_not_a_day_before(reached: int) -> None:
    last = DUE + timedelta(days=40)
    facts = replace(
        OPEN,
        reached=reached,
        reminded_on=last if reached else None,
        last=Last.SENT if reached else Last.NONE,
    )
    for after in range(60):
        day = (last if reached else DUE) + after * DAY
        verdict = judge(facts, LEVELS, day, by_default=True)
        if reached == len(LEVELS):
            assert verdict.obstacle is Obstacle.LAST_LEVEL
            assert verdict.due_on is None
        elif after < LEVELS[reached].days:
            assert verdict.obstacle is Obstacle.NOT_YET
        else:
            assert verdict.level == LEVELS[reached]
            assert verdict.obstacle is None


def test_a_level_is_due_exactly_where_the_list_begins_to_name_it() -> None:
    for level, after in product(LEVELS, range(40)):
        day = DUE + after * DAY
        assert (due_on(level, DUE) <= day) is (counted_until(level, day) >= DUE)


def test_a_level_that_another_program_has_left_out_is_not_made_up() -> None:
    assert next_level(LEVELS, 0) is LEVELS[0]
    assert next_level(LEVELS, 2) is LEVELS[2]
    assert next_level(LEVELS, 7) is None
    assert next_level((), 0) is None


EVERYTHING = list(
    product(
        (True, False),  # published
        (None, 0, 100),  # open
        (None, DUE),  # due
        (0, 1, 3),  # reached
        Last,
        Choice,
        (None, DUE + 29 * DAY, DUE + 30 * DAY, "open"),  # paused until
        Cause,
        (True, False),  # disputed by the recipient's side
        (True, False),  # customers are reminded unless they are spared
    )
)


def test_every_combination_is_judged_as_told_in_words() -> None:
    day = DUE + 30 * DAY
    for published, minor, due, reached, last, choice, until, cause, disputed, default in EVERYTHING:
        pauses = () if until is None else (Pause(cause, None if until == "open" else until),)
        facts = Facts(published, minor, due, reached, DUE, last, choice, pauses, disputed)
        found = judge(facts, LEVELS, day, by_default=default)
        is_paused = until == "open" or until == day
        expected = (
            (not published and Obstacle.NOT_PUBLISHED)
            or (not minor and Obstacle.PAID)
            or ((disputed or (is_paused and cause is Cause.DISPUTE)) and Obstacle.DISPUTED)
            or (is_paused and Obstacle.PAUSED)
            or (
                (choice is Choice.NO or (choice is Choice.INHERIT and not default))
                and Obstacle.SPARED
            )
            or (last is Last.COMING and Obstacle.COMING)
            or (last is Last.UNSENT and Obstacle.UNSENT)
            or (last is Last.TAKEN_BACK and Obstacle.TAKEN_BACK)
            or (reached == 3 and Obstacle.LAST_LEVEL)
            or (not reached and due is None and Obstacle.NOT_YET)
            or None
        )
        assert found.obstacle is expected, facts
        assert (found.level is None) is (expected is not None)
        stops = stopped_by(facts, day, by_default=default)
        assert stops is (expected if expected in STOPS else None), facts


def test_two_pauses_hold_as_long_as_one_of_them_does() -> None:
    short, long = Pause(Cause.OTHER, DUE), Pause(Cause.DISPUTE, DUE + 5 * DAY)
    facts = replace(OPEN, pauses=(short, long))
    seen = [stopped_by(facts, DUE + after * DAY, by_default=True) for after in range(7)]
    assert seen == [Obstacle.DISPUTED] * 6 + [None]
