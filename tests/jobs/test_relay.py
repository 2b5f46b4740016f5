import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import clock, outbox, runtime
from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.core.schedule import ScheduleRun
from jobs import queue, relay, schedule
from jobs.job import Plain
from jobs.relay import Relay
from tests.jobs import processes
from tests.jobs.work import mark, marked, promise, register, row


@pytest.fixture(autouse=True)
def _no_timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "TIMETABLE", {})


def with_redis(here: Runtime, url: str | None) -> Runtime:
    return replace(here, settings=replace(here.settings, redis_url=url))


def marking(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, "tests.plain", Plain(lambda: mark("done")))


def test_without_redis_the_relay_works_by_itself(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    marking(monkeypatch)
    one = promise(here, "tests.plain")
    Relay(with_redis(here, None)).round()
    assert marked(here, "done") == 1
    assert row(here, one) is None


def test_a_redis_that_is_away_is_waited_for_a_moment_only(
    here: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    marking(monkeypatch)
    now = [1000.0]
    monkeypatch.setattr(relay, "monotonic", lambda: now[0])
    alone = Relay(with_redis(here, f"unix://{tmp_path}/nobody.sock"))
    promise(here, "tests.plain")
    alone.round()
    assert marked(here, "done") == 0
    now[0] += relay.PATIENCE + 0.1
    alone.round()
    assert marked(here, "done") == 1


def test_with_redis_the_relay_leaves_the_work_to_pumps(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    marking(monkeypatch)
    with processes.redis() as (url, client):
        one = Relay(with_redis(here, url))
        one.round()
        assert len(queue.queue(client)) == 0
        promise(here, "tests.plain")
        for _ in range(3):
            one.round()
        assert len(queue.queue(client)) == queue.PUMPS
        assert marked(here, "done") == 0


def test_work_that_no_worker_takes_is_done_by_the_relay(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    marking(monkeypatch)
    with clock.standing_at(clock.now() - relay.LONGEST_WAIT - timedelta(seconds=1)):
        promise(here, "tests.plain")
    with processes.redis() as (url, _client):
        Relay(with_redis(here, url)).round()
    assert marked(here, "done") == 1


def test_a_redis_that_hangs_does_not_hang_the_relay(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    marking(monkeypatch)
    monkeypatch.setattr(relay, "PATIENCE", 0.2)
    with processes.redis() as (url, client):
        one = Relay(with_redis(here, url))
        one.round()
        pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGSTOP)
        try:
            promise(here, "tests.plain")

            def done() -> bool:
                one.round()
                return marked(here, "done") == 1

            processes.eventually(done)
        finally:
            os.kill(pid, signal.SIGCONT)


def test_relays_side_by_side_start_a_slot_once(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    marking(monkeypatch)
    monkeypatch.setattr(schedule, "TIMETABLE", {"tests.plain": timedelta(days=365)})
    relays = [Relay(with_redis(here, None)) for _ in range(3)]
    for one in relays:
        one.round()
        one.last_timetable = float("-inf")
        one.round()
    assert marked(here, "done") == 1
    with here.database.reading():
        assert session().scalar(select(func.count()).select_from(ScheduleRun)) == 1
        assert session().scalar(select(func.count()).select_from(Promise)) == 0


def test_the_process_works_and_stops_when_it_is_told_to(here: Runtime, tmp_path: Path) -> None:
    one = promise(here, "housekeeping.sweep")
    command = [sys.executable, "-m", "jobs.relay"]
    environ = processes.environment(here.settings)
    with processes.process(command, environ, tmp_path / "relay.log") as running:
        processes.eventually(lambda: row(here, one) is None)
        running.terminate()
        assert running.wait(timeout=processes.PATIENCE) == 0


def test_a_relay_and_a_worker_do_the_work_together(here: Runtime, tmp_path: Path) -> None:
    with processes.redis() as (url, _client):
        settings = replace(here.settings, redis_url=url)
        command = [sys.executable, "-m", "jobs.relay"]
        with (
            processes.worker(settings, tmp_path / "worker.log"),
            processes.process(command, processes.environment(settings), tmp_path / "relay.log"),
        ):
            many = [promise(here, "housekeeping.sweep") for _ in range(10)]
            processes.eventually(lambda: all(row(here, one) is None for one in many))
    assert "failed" not in (tmp_path / "worker.log").read_text()
    with runtime.using(here), here.database.reading():
        assert outbox.backlog().dead == 0
