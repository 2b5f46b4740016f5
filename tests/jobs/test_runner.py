import logging
from datetime import timedelta

import pytest

from app.core import clock, outbox
from app.core.runtime import Runtime
from jobs import runner
from jobs.job import Outside, Plain
from tests.jobs.work import YEAR, Steps, mark, marked, promise, register, row, run_later


def outside(monkeypatch: pytest.MonkeyPatch, steps: Steps, tries: int = 1000) -> None:
    job = Outside(steps.prepare, steps.perform, steps.settle, tries=tries, abandon=steps.abandon)
    register(monkeypatch, "tests.outside", job)


def test_a_plain_job_takes_effect_once(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, "tests.plain", Plain(mark))
    one = promise(here, "tests.plain", thing="a stone")
    assert runner.run(here, one)
    assert not runner.run(here, one)
    assert marked(here, "a stone") == 1
    assert row(here, one) is None


def test_a_plain_job_that_fails_leaves_nothing_and_is_tried_again(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [True, True, False]

    def action() -> None:
        mark("done")
        if failures.pop(0):
            raise ZeroDivisionError("on purpose")

    register(monkeypatch, "tests.plain", Plain(action))
    one = promise(here, "tests.plain")
    assert runner.run(here, one)
    assert marked(here, "done") == 0
    found = row(here, one)
    assert found is not None
    assert found.last_error is not None
    assert "on purpose" in found.last_error
    assert found.due_at > clock.now()
    assert not runner.run(here, one)
    assert run_later(here, one)
    assert run_later(here, one, 2 * YEAR)
    assert marked(here, "done") == 1
    assert row(here, one) is None


def test_pauses_grow_from_try_to_try(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps(fails={"perform"})
    outside(monkeypatch, steps)
    one = promise(here, "tests.outside", thing="it")
    moment = clock.now()
    pauses = []
    for _ in range(4):
        with clock.standing_at(moment):
            assert runner.run(here, one)
        found = row(here, one)
        assert found is not None
        pauses.append((found.due_at - moment).total_seconds())
        moment = found.due_at
    first = here.settings.retry_seconds
    for number, pause in enumerate(pauses):
        assert first * 2**number / 2 <= pause <= first * 2**number
    assert steps.done == ["prepare", "perform"] * 4


def test_a_job_may_name_the_pause_itself(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    pause, settled = timedelta(hours=14), []

    def settle(*_about: str) -> timedelta | bool:
        settled.append(clock.now())
        return pause if len(settled) == 1 else False

    job = Outside(lambda thing: thing, lambda prepared: prepared, settle)
    register(monkeypatch, "tests.outside", job)
    one = promise(here, "tests.outside", thing="it")
    moment = clock.now()
    with clock.standing_at(moment):
        assert runner.run(here, one)
    found = row(here, one)
    assert found is not None
    assert found.due_at == moment + pause
    with clock.standing_at(moment + pause - timedelta(seconds=1)):
        assert not runner.run(here, one)
    with clock.standing_at(moment + pause):
        assert runner.run(here, one)
    assert row(here, one) is None


def test_an_outside_job_goes_through_its_steps(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps()
    outside(monkeypatch, steps)
    one = promise(here, "tests.outside", thing="it")
    assert runner.run(here, one)
    assert steps.done == ["prepare", "perform", "settle"]
    assert marked(here, "settled prepared it") == 1
    assert row(here, one) is None


def test_with_nothing_to_do_the_outside_is_not_touched(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(prepared=None)
    outside(monkeypatch, steps)
    one = promise(here, "tests.outside", thing="it")
    assert runner.run(here, one)
    assert steps.done == ["prepare"]
    assert row(here, one) is None


def test_no_transaction_is_open_while_the_outside_is_touched(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def perform(_prepared: str) -> str:
        seen.append(marked(here, "prepared"))
        with here.database.transaction():
            mark("while performing")
        return ""

    def prepare() -> str:
        mark("prepared")
        return "it"

    register(monkeypatch, "tests.outside", Outside(prepare, perform, lambda *_: False))
    assert runner.run(here, promise(here, "tests.outside"))
    assert seen == [1]
    assert marked(here, "while performing") == 1


def test_a_result_may_ask_for_another_try(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps(again=True)
    outside(monkeypatch, steps)
    one = promise(here, "tests.outside", thing="it")
    assert runner.run(here, one)
    assert marked(here, "settled prepared it") == 1
    found = row(here, one)
    assert found is not None
    assert (found.dead, found.lease_token) == (False, None)
    steps.again = False
    assert run_later(here, one)
    assert row(here, one) is None


@pytest.mark.parametrize("step", ["prepare", "perform", "settle"])
def test_a_step_that_raises_is_tried_again_and_nothing_of_it_is_kept(
    here: Runtime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    steps = Steps(fails={step})
    outside(monkeypatch, steps)
    one = promise(here, "tests.outside", thing="it")
    assert runner.run(here, one)
    assert steps.done[-1] == step
    assert marked(here, "settled prepared it") == 0
    found = row(here, one)
    assert found is not None
    assert (found.attempts, found.dead) == (1, False)
    assert found.due_at > clock.now()
    assert found.last_error is not None
    assert "on purpose" in found.last_error
    steps.fails.clear()
    assert run_later(here, one)
    assert steps.done[-3:] == ["prepare", "perform", "settle"]
    assert marked(here, "settled prepared it") == 1
    assert row(here, one) is None


def test_work_that_says_again_is_no_malfunction(
    here: Runtime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    steps = Steps(fails={"settle"}, error=outbox.Again)
    outside(monkeypatch, steps)
    one = promise(here, "tests.outside", thing="it")
    with caplog.at_level(logging.WARNING):
        assert runner.run(here, one)
    assert caplog.records == []
    found = row(here, one)
    assert found is not None
    assert found.due_at > clock.now()
    steps.error = ZeroDivisionError
    with caplog.at_level(logging.WARNING):
        assert run_later(here, one)
    assert [one.getMessage() for one in caplog.records] == ["tests.outside failed"]


def test_after_its_last_try_work_is_abandoned_once(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(fails={"perform"})
    outside(monkeypatch, steps, tries=2)
    one = promise(here, "tests.outside", thing="it")
    for year in range(1, 4):
        assert run_later(here, one, year * YEAR)
    assert steps.done == ["prepare", "perform", "prepare", "perform", "abandon it"]
    found = row(here, one)
    assert found is not None
    assert found.dead
    assert not run_later(here, one, 9 * YEAR)
    with here.database.transaction():
        assert outbox.revive(one)
    steps.fails.clear()
    assert runner.run(here, one)
    assert row(here, one) is None


def test_a_crash_counts_as_a_try(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    outside(monkeypatch, steps, tries=3)
    one = promise(here, "tests.outside", thing="it")
    for year in range(3):
        with clock.standing_at(clock.now() + year * YEAR), here.database.transaction():
            assert outbox.claim(one, timedelta(seconds=60))
    assert run_later(here, one, 9 * YEAR)
    assert steps.done == ["abandon it"]


def test_an_abandonment_that_fails_is_tried_again(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(fails={"perform", "abandon it"})
    outside(monkeypatch, steps, tries=1)
    one = promise(here, "tests.outside", thing="it")
    assert runner.run(here, one)
    assert run_later(here, one)
    found = row(here, one)
    assert found is not None
    assert not found.dead
    steps.fails.discard("abandon it")
    assert run_later(here, one, 2 * YEAR)
    found = row(here, one)
    assert found is not None
    assert found.dead


def test_a_job_that_nobody_knows_waits_for_a_version_that_does(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = promise(here, "tests.plain")
    assert runner.run(here, one)
    found = row(here, one)
    assert found is not None
    assert found.last_error is not None
    assert "tests.plain" in found.last_error
    assert found.due_at > clock.now()
    register(monkeypatch, "tests.plain", Plain(lambda: mark("done")))
    assert run_later(here, one)
    assert marked(here, "done") == 1
    assert row(here, one) is None


def test_a_result_that_comes_after_the_lease_is_noted_and_ends_nothing(
    here: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[str] = []
    results = ["slow", "fast"]

    def perform(_prepared: str) -> str:
        result = results.pop(0)
        if result == "slow":
            assert run_later(here, one)
            assert settled == ["fast"]
        return result

    def settle(_prepared: str, result: str) -> bool:
        settled.append(result)
        return result == "fast"

    register(monkeypatch, "tests.outside", Outside(lambda: "it", perform, settle))
    one = promise(here, "tests.outside")
    assert runner.run(here, one)
    assert settled == ["fast", "slow"]
    found = row(here, one)
    assert found is not None, "the one who lost the lease has ended the work of the other"
    assert found.attempts == 2
