"""Twenty at once: later work is claimed, started and done once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import inbox, outbox, schedule
from app.core.db import session
from app.core.inbox import Message
from app.core.outbox import Promise
from app.core.runtime import Runtime
from jobs import runner
from jobs.job import Outside, Plain
from tests import databases
from tests.both import installation
from tests.jobs.work import mark, marked, promise, register, row
from tests.races.together import THREADS, Meeting, together

LEASE = timedelta(seconds=60)


def count(table: type) -> int:
    return session().scalar(select(func.count()).select_from(table)) or 0


def test_one_of_twenty_claims_a_piece_of_work(here: Runtime) -> None:
    one = promise(here, "tests.plain", thing="it")
    tasks = together(here, THREADS, lambda _: outbox.claim(one, LEASE))
    (task,) = [task for task in tasks if task is not None]
    assert (task.id, task.attempt, task.arguments) == (one, 1, {"thing": "it"})
    with here.database.transaction():
        assert outbox.finish(task)


def test_one_of_twenty_finishes_a_piece_of_work(here: Runtime) -> None:
    one = promise(here, "tests.plain")
    with here.database.transaction():
        task = outbox.claim(one, LEASE)
    assert task is not None
    found = task
    assert sorted(together(here, THREADS, lambda _: outbox.finish(found)))[-2:] == [False, True]
    assert row(here, one) is None


def test_twenty_promises_with_one_key_are_one(here: Runtime) -> None:
    def work(_number: int) -> None:
        meeting.wait()
        outbox.promise("tests.plain", key="only")

    meeting = Meeting(here, THREADS)
    together(here, THREADS, work)
    with here.database.reading():
        assert count(Promise) == 1


def test_one_of_twenty_relays_starts_a_slot(here: Runtime) -> None:
    started = together(here, THREADS, lambda _: schedule.start("sweep", timedelta(days=365)))
    assert sorted(started) == [False] * (THREADS - 1) + [True]
    with here.database.reading():
        assert count(Promise) == 1


def test_one_of_twenty_deliveries_of_a_message_is_kept(here: Runtime) -> None:
    new = together(here, THREADS, lambda n: inbox.receive("payments.bank", "1", b"%d" % n))
    assert sorted(new) == [False] * (THREADS - 1) + [True]
    with here.database.reading():
        assert (count(Message), count(Promise)) == (1, 1)
        (message,) = inbox.unapplied()
        assert message.raw == b"%d" % new.index(True)


@pytest.mark.parametrize("kind", databases.kinds())
def test_a_plain_job_takes_effect_once_even_where_every_lease_is_over_at_once(
    kind: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a lease of nothing all twenty claim the same work, one after the other."""
    register(monkeypatch, "tests.plain", Plain(mark))
    with installation(kind, tmp_path_factory.mktemp("leases"), lease_seconds=0) as here:
        for number in range(10):
            thing = f"thing {number}"
            one = promise(here, "tests.plain", thing=thing)
            crowd(here, one)
            while row(here, one) is not None:
                assert runner.run(here, one)
            assert marked(here, thing) == 1


def crowd(here: Runtime, promise_id: str) -> None:
    """Let twenty runners loose on one piece of work, without a transaction around them."""
    together(here, THREADS, lambda _: runner.run(here, promise_id), in_transaction=False)


def test_twenty_runners_go_outside_once(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    def settle(thing: str, _result: str) -> bool:
        mark(f"settled {thing}")
        return False

    def prepare(thing: str) -> str:
        mark(f"prepared {thing}")
        return thing

    register(monkeypatch, "tests.outside", Outside(prepare, lambda thing: thing, settle))
    one = promise(here, "tests.outside", thing="it")
    crowd(here, one)
    assert (marked(here, "prepared it"), marked(here, "settled it")) == (1, 1)
    assert row(here, one) is None
