from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, outbox
from app.core.db import session
from app.core.outbox import Promise, Task
from app.core.runtime import Runtime

LEASE = timedelta(seconds=60)
LATER = timedelta(seconds=61)


def promised(here: Runtime, task: str = "a.task", **options: object) -> str:
    """Promise a task in a transaction of its own and return its row's id."""
    with here.database.transaction() as opened:
        before = set(opened.scalars(select(Promise.id)))
        outbox.promise(task, **options)  # type: ignore[arg-type]
        opened.flush()
        (new,) = set(opened.scalars(select(Promise.id))) - before
        return new


def claimed(here: Runtime, promise_id: str) -> Task:
    with here.database.transaction():
        task = outbox.claim(promise_id, LEASE)
    assert task is not None
    return task


def due(here: Runtime, limit: int = 100) -> list[str]:
    with here.database.reading():
        return outbox.due(limit)


def row(here: Runtime, promise_id: str) -> Promise | None:
    with here.database.reading():
        return session().get(Promise, promise_id)


def test_a_claim_tells_what_to_do(here: Runtime) -> None:
    one = promised(here, "invoices.send", invoice="I", recipient="R")
    task = claimed(here, one)
    assert (task.id, task.name, task.attempt) == (one, "invoices.send", 1)
    assert task.arguments == {"invoice": "I", "recipient": "R"}


def test_a_promise_of_a_transaction_that_fails_is_none(here: Runtime) -> None:
    def fail() -> None:
        with here.database.transaction():
            outbox.promise("a.task")
            outbox.promise("a.task", key="with a key")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert due(here) == []


def test_claimed_work_is_nobody_elses_until_its_lease_ends(here: Runtime) -> None:
    one = promised(here)
    claimed(here, one)
    assert due(here) == []
    with here.database.transaction():
        assert outbox.claim(one, LEASE) is None
    with clock.standing_at(clock.now() + LATER):
        assert due(here) == [one]
        assert claimed(here, one).attempt == 2


def test_finished_work_is_gone(here: Runtime) -> None:
    one = promised(here)
    task = claimed(here, one)
    with here.database.transaction():
        assert outbox.finish(task)
    assert row(here, one) is None
    with here.database.transaction():
        assert not outbox.finish(task)


def test_whoever_lost_the_lease_changes_nothing(here: Runtime) -> None:
    one = promised(here)
    stale = claimed(here, one)
    with clock.standing_at(clock.now() + LATER):
        fresh = claimed(here, one)
        before = row(here, one)
        with here.database.transaction():
            assert not outbox.hold(stale)
            assert not outbox.finish(stale)
            assert not outbox.put_back(stale, timedelta(0), "stale")
            assert not outbox.give_up(stale, "stale")
        after = row(here, one)
        assert before is not None
        assert after is not None
        assert (after.lease_token, after.due_at) == (before.lease_token, before.due_at)
        assert (after.dead, after.last_error) == (False, None)
        with here.database.transaction():
            assert outbox.hold(fresh)
            assert outbox.finish(fresh)


def test_work_put_back_is_due_after_the_pause(here: Runtime) -> None:
    one = promised(here)
    task = claimed(here, one)
    now = clock.now()
    with clock.standing_at(now), here.database.transaction():
        assert outbox.put_back(task, timedelta(seconds=90), "no line " + "x" * 600)
    with clock.standing_at(now + timedelta(seconds=89)):
        assert due(here) == []
    with clock.standing_at(now + timedelta(seconds=91)):
        assert due(here) == [one]
        found = row(here, one)
        assert found is not None
        assert found.last_error is not None
        assert found.last_error.startswith("no line")
        assert claimed(here, one).attempt == 2


def test_a_task_put_back_cannot_be_finished_with_the_old_claim(here: Runtime) -> None:
    task = claimed(here, promised(here))
    with here.database.transaction():
        assert outbox.put_back(task, timedelta(0))
        assert not outbox.finish(task)


def test_work_given_up_is_never_due_until_somebody_revives_it(here: Runtime) -> None:
    one = promised(here)
    task = claimed(here, one)
    with here.database.transaction():
        assert outbox.give_up(task, "nobody could do it")
    with clock.standing_at(clock.now() + timedelta(days=365)):
        assert due(here) == []
        with here.database.transaction():
            assert outbox.claim(one, LEASE) is None
    with here.database.transaction():
        assert outbox.revive(one)
        assert not outbox.revive(one)
    assert due(here) == [one]
    assert claimed(here, one).attempt == 1


def test_the_most_urgent_work_comes_first(here: Runtime) -> None:
    later = [promised(here, priority=5) for _ in range(10)]
    urgent = promised(here, priority=0)
    last = promised(here, priority=9)
    found = due(here)
    assert found[0] == urgent
    assert set(found[1:11]) == set(later)
    assert found[-1] == last
    assert due(here, limit=1) == [urgent]


def test_two_promises_with_one_key_are_one(here: Runtime) -> None:
    one = promised(here, key="only")
    with here.database.transaction():
        outbox.promise("a.task", key="only")
        outbox.promise("a.task", key="other")
    assert len(due(here)) == 2
    task = claimed(here, one)
    with here.database.transaction():
        outbox.promise("a.task", key="only")
    assert row(here, one) is not None
    with here.database.transaction():
        assert outbox.finish(task)
        outbox.promise("a.task", key="only")
    assert len(due(here)) == 2


def test_a_promise_revives_what_was_set_aside_under_its_key(here: Runtime) -> None:
    one = promised(here, key="schedule:sweep")
    with here.database.transaction():
        task = outbox.claim(one, LEASE)
        assert task is not None
        outbox.give_up(task, "given up")
    with here.database.transaction():
        outbox.promise("a.task", key="schedule:sweep")
    assert due(here) == [one]
    assert claimed(here, one).attempt == 1


def test_a_promise_may_be_for_later(here: Runtime) -> None:
    one = promised(here, delay=timedelta(hours=1))
    assert due(here) == []
    with here.database.transaction():
        assert outbox.claim(one, LEASE) is None
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        assert due(here) == [one]


def test_hastened_work_is_due_now_with_all_its_tries(here: Runtime) -> None:
    one = promised(here, key="send:1")
    task = claimed(here, one)
    with here.database.transaction():
        outbox.put_back(task, timedelta(hours=6), "component down")
        outbox.hasten("send:1")
    assert due(here) == [one]
    assert claimed(here, one).attempt == 1


def test_work_that_somebody_is_at_is_not_hastened(here: Runtime) -> None:
    one = promised(here, key="send:1")
    claimed(here, one)
    with here.database.transaction():
        outbox.hasten("send:1")
    assert due(here) == []


def test_work_that_cannot_even_be_claimed_is_put_off(here: Runtime) -> None:
    one = promised(here)
    with here.database.transaction():
        outbox.postpone(one, timedelta(seconds=30), "KeyError('no such job')")
    assert due(here) == []
    with clock.standing_at(clock.now() + timedelta(seconds=31)):
        assert claimed(here, one).attempt == 2


def test_a_claim_of_somebody_else_is_not_put_off(here: Runtime) -> None:
    one = promised(here)
    task = claimed(here, one)
    with here.database.transaction():
        outbox.postpone(one, timedelta(hours=1), "late")
        assert outbox.finish(task)


def test_open_work_can_be_claimed_by_its_key(here: Runtime) -> None:
    one = promised(here, key="take-in:1")
    with here.database.transaction():
        task = outbox.claim_by_key("take-in:1", LEASE)
        assert outbox.claim_by_key("take-in:1", LEASE) is None
        assert outbox.claim_by_key("take-in:2", LEASE) is None
    assert task is not None
    assert task.id == one


def test_the_backlog_counts_what_is_due_and_what_is_dead(here: Runtime) -> None:
    begin = clock.now() - timedelta(minutes=5)
    with clock.standing_at(begin):
        promised(here)
    promised(here)
    promised(here, delay=timedelta(hours=1))
    task = claimed(here, promised(here))
    with here.database.transaction():
        outbox.give_up(task, "given up")
    with here.database.reading():
        found = outbox.backlog()
        assert outbox.oldest_due() == begin
    assert (found.due, found.oldest, found.dead) == (2, begin, 1)


def test_nothing_due_has_no_oldest(here: Runtime) -> None:
    promised(here, delay=timedelta(hours=1))
    with here.database.reading():
        assert outbox.oldest_due() is None
        assert outbox.backlog().oldest is None


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 60.0), (2, 120.0), (5, 960.0), (9, 15360.0), (1000, 21600.0)]
)
def test_pauses_double_up_to_six_hours_and_spread(attempt: int, longest: float) -> None:
    pauses = [outbox.pause_before(attempt, 60).total_seconds() for _ in range(200)]
    assert longest / 2 <= min(pauses)
    assert max(pauses) <= longest
    assert len(set(pauses)) > 100


def test_who_is_at_work_is_told_by_the_key(here: Runtime) -> None:
    one, _two = promised(here, key="one"), promised(here, key="two")
    claimed(here, one)
    with here.database.reading():
        assert outbox.at_work(["one", "two", "three"]) == {"one"}
        assert outbox.at_work([]) == set()
        with clock.standing_at(clock.now() + LATER):
            assert outbox.at_work(["one"]) == set()
