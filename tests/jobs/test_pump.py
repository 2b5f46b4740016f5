import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.core import outbox, runtime
from app.core.runtime import Runtime
from jobs import pump
from jobs.job import Outside, Plain
from tests.jobs.work import mark, marked, promise, register

MANY = 150


def promise_many(here: Runtime, task: str, count: int, *, priority: int = 5) -> None:
    with here.database.transaction():
        for number in range(count):
            outbox.promise(task, priority=priority, thing=f"{task} {number}")


def open_work(here: Runtime) -> int:
    with here.database.reading():
        return outbox.backlog().due


def test_a_pump_works_until_nothing_is_due(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, "tests.plain", Plain(mark))
    promise_many(here, "tests.plain", MANY)
    assert pump.work(here, 60) == MANY
    assert open_work(here) == 0
    assert [marked(here, f"tests.plain {number}") for number in range(MANY)] == [1] * MANY
    assert pump.work(here, 60) == 0


def test_pumps_side_by_side_do_everything_once(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, "tests.plain", Plain(mark))
    promise_many(here, "tests.plain", MANY)
    with ThreadPoolExecutor(3) as pumps:
        done = list(pumps.map(lambda _: pump.work(here, 60), range(3)))
    assert sum(done) == MANY
    assert [marked(here, f"tests.plain {number}") for number in range(MANY)] == [1] * MANY
    assert open_work(here) == 0


def test_work_that_fails_does_not_keep_a_pump_busy(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(thing: str) -> None:
        raise ZeroDivisionError(thing)

    register(monkeypatch, "tests.failing", Plain(fail))
    register(monkeypatch, "tests.plain", Plain(mark))
    promise_many(here, "tests.failing", 5, priority=0)
    promise_many(here, "tests.plain", 5)
    assert pump.work(here, 60) == 10
    assert [marked(here, f"tests.plain {number}") for number in range(5)] == [1] * 5
    assert open_work(here) == 0


def test_urgent_work_is_done_before_all_else(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(pump, "THREADS", 1)

    def note(thing: str) -> None:
        order.append(thing)

    register(monkeypatch, "tests.urgent", Plain(note))
    register(monkeypatch, "tests.plain", Plain(note))
    promise_many(here, "tests.plain", 20)
    promise_many(here, "tests.urgent", 3, priority=0)
    assert pump.work(here, 60) == 23
    assert sorted(order[:3]) == [f"tests.urgent {number}" for number in range(3)]
    assert order[3:] != [f"tests.plain {number}" for number in range(20)]


def test_when_its_time_is_over_a_pump_begins_nothing_more(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]

    def slow(thing: str) -> None:
        mark(thing)
        now[0] += 10

    monkeypatch.setattr(pump, "monotonic", lambda: now[0])
    monkeypatch.setattr(pump, "THREADS", 1)
    register(monkeypatch, "tests.plain", Plain(slow))
    promise_many(here, "tests.plain", 10)
    assert pump.work(here, 25) == 3
    assert open_work(here) == 7


def test_every_thread_closes_what_it_kept_open(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = threading.local()
    opened: set[str] = set()
    closed: set[str] = set()
    all_at_work = threading.Barrier(pump.THREADS, timeout=60)

    def perform(_prepared: str) -> str:
        all_at_work.wait()
        lines.kept = threading.current_thread().name
        opened.add(lines.kept)
        return ""

    def leave() -> None:
        closed.add(getattr(lines, "kept", ""))

    job = Outside(lambda thing: thing, perform, lambda *_: False, leave=leave)
    register(monkeypatch, "tests.outside", job)
    promise_many(here, "tests.outside", pump.THREADS)
    assert pump.work(here, 60) == pump.THREADS
    assert len(opened) == pump.THREADS
    assert opened <= closed


def test_a_pump_serves_the_installation_that_it_was_given(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    register(monkeypatch, "tests.plain", Plain(lambda: seen.append(runtime.current())))
    promise(here, "tests.plain")
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(pump.work, here, 60.0).result() == 1
    assert seen == [here]
