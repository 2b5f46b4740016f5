"""Lockouts: so many tries, then a wait that grows; they survive everything but time and success."""

from datetime import timedelta

import pytest

from app.core import clock, lockouts
from app.core.runtime import Runtime

WAITS = (timedelta(minutes=15), timedelta(hours=1))


def test_the_last_try_locks_and_each_lock_is_longer(here: Runtime) -> None:
    now = clock.now()
    for wait in (*WAITS, WAITS[-1]):
        with clock.standing_at(now), here.database.transaction():
            for _ in range(2):
                assert lockouts.admit("a", 3, WAITS) == lockouts.Try()
            assert lockouts.admit("a", 3, WAITS) == lockouts.Try(now + wait)
            assert lockouts.admit("a", 3, WAITS) is None
            assert lockouts.locks(["a", "b"]) == {"a": now + wait}
        with (
            clock.standing_at(now + wait - timedelta(seconds=1)),
            here.database.transaction(),
        ):
            assert lockouts.admit("a", 3, WAITS) is None, "who tries meanwhile changes nothing"
        now += wait
        with clock.standing_at(now), here.database.transaction():
            assert lockouts.locks(["a"]) == {}


def test_success_begins_anew_and_remembers_how_often_it_was_locked(here: Runtime) -> None:
    now = clock.now()
    with clock.standing_at(now), here.database.transaction():
        for _ in range(3):
            lockouts.admit("a", 3, WAITS)
        for _ in range(2):
            lockouts.admit("b", 3, WAITS)
        lockouts.succeed("b")
        for _ in range(2):
            assert lockouts.admit("b", 3, WAITS) is not None
        assert lockouts.admit("b", 3, WAITS) == lockouts.Try(now + WAITS[0])
        # The try that locked was the right one: its own lock is undone, and not counted.
        lockouts.succeed("b")
        assert lockouts.locks(["b"]) == {}
    with clock.standing_at(now + WAITS[0]), here.database.transaction():
        lockouts.admit("a", 3, WAITS)
        lockouts.succeed("a")
        for _ in range(2):
            lockouts.admit("a", 3, WAITS)
        assert lockouts.admit("a", 3, WAITS) == lockouts.Try(now + WAITS[0] + WAITS[1])


@pytest.mark.parametrize(("wrong", "admitted"), [(1, 2), (0, 3)])
def test_one_try_is_forgiven_and_no_other(here: Runtime, wrong: int, admitted: int) -> None:
    with here.database.transaction():
        for _ in range(wrong):
            lockouts.admit("network", 3, WAITS)
        for _ in range(5):
            assert lockouts.admit("network", 3, WAITS) is not None
            lockouts.forgive("network", 3)
        for _ in range(admitted):
            assert lockouts.admit("network", 3, WAITS) is not None
        assert lockouts.admit("network", 3, WAITS) is None


def test_what_is_locked_is_not_swept_away(here: Runtime) -> None:
    now = clock.now()
    long = (lockouts.REMEMBERED * 2,)
    with clock.standing_at(now), here.database.transaction():
        for key, tries in (("locked", 2), ("tried", 1)):
            for _ in range(tries):
                lockouts.admit(key, 2, long)
    with clock.standing_at(now + lockouts.REMEMBERED * 1.5), here.database.transaction():
        lockouts.sweep()
        assert lockouts.admit("locked", 2, long) is None
        assert lockouts.admit("tried", 2, long) == lockouts.Try()
