from datetime import timedelta

from app.core import clock, counters
from app.core.runtime import Runtime
from tests.races.together import together

WINDOW = timedelta(minutes=15)


def tried(here: Runtime, key: str = "code:anna", limit: int = 5) -> bool:
    with here.database.transaction():
        return counters.allow(key, limit, WINDOW)


def test_of_24_parallel_tries_exactly_the_limit_is_allowed(here: Runtime) -> None:
    assert sorted(together(here, 24, lambda _: counters.allow("code:anna", 5, WINDOW))) == (
        [False] * 19 + [True] * 5
    )
    assert not tried(here)


def test_two_keys_are_counted_apart(here: Runtime) -> None:
    assert [tried(here, "one", 2) for _ in range(3)] == [True, True, False]
    assert tried(here, "other", 2)


def test_more_tries_do_not_prolong_the_window(here: Runtime) -> None:
    begin = clock.now()
    with clock.standing_at(begin):
        assert [tried(here) for _ in range(6)] == [True] * 5 + [False]
    with clock.standing_at(begin + WINDOW - timedelta(seconds=1)):
        assert not any(tried(here) for _ in range(20))
    with clock.standing_at(begin + WINDOW):
        assert [tried(here) for _ in range(6)] == [True] * 5 + [False]


def test_who_got_in_starts_afresh(here: Runtime) -> None:
    assert [tried(here) for _ in range(6)][-1] is False
    with here.database.transaction():
        counters.forget("code:anna")
    assert tried(here)


def test_a_try_whose_transaction_failed_does_not_count(here: Runtime) -> None:
    for _ in range(9):
        try:
            with here.database.transaction():
                assert counters.allow("code:anna", 5, WINDOW)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert tried(here)


def test_a_very_long_key_is_counted_too(here: Runtime) -> None:
    key = "password:" + "x" * 500
    assert [tried(here, key, 2) for _ in range(3)] == [True, True, False]
    with here.database.transaction():
        counters.forget(key)
    assert tried(here, key, 2)


def test_sweeping_forgets_only_what_is_over(here: Runtime) -> None:
    begin = clock.now()
    with clock.standing_at(begin):
        assert [tried(here, "old", 1) for _ in range(2)] == [True, False]
    with clock.standing_at(begin + WINDOW / 2):
        assert [tried(here, "new", 1) for _ in range(2)] == [True, False]
    with clock.standing_at(begin + WINDOW), here.database.transaction():
        counters.sweep()
    with clock.standing_at(begin + WINDOW):
        assert tried(here, "old", 1)
        assert not tried(here, "new", 1)


def test_a_budget_is_never_overspent_and_begins_again_with_its_window(here: Runtime) -> None:
    now = clock.now()
    with clock.standing_at(now), here.database.transaction():
        taken = [counters.spend("money", amount, 100, WINDOW) for amount in (40, 40, 40, 20)]
        assert taken == [True, True, False, True]
        assert not counters.spend("other", 101, 100, WINDOW)
        assert counters.counted(["other", "money"]) == {"other": 0, "money": 100}
    with clock.standing_at(now + WINDOW), here.database.transaction():
        assert counters.counted(["money"]) == {"money": 0}
        assert counters.spend("money", 100, 100, WINDOW)
