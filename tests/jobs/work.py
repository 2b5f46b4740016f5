"""Work to be done in tests: jobs under names of their own, and what became of their promises."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, outbox
from app.core.counters import Counter
from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from jobs import runner
from jobs.job import Job
from jobs.register import JOBS

YEAR = timedelta(days=365)


@dataclass
class Steps:
    """An outside job that writes down its steps, and fails where it is told to."""

    fails: set[str] = field(default_factory=set)
    error: type[Exception] = ZeroDivisionError
    again: bool = False
    prepared: str | None = "prepared"
    done: list[str] = field(default_factory=list)

    def prepare(self, thing: str) -> str | None:
        self.step("prepare")
        return self.prepared and f"{self.prepared} {thing}"

    def perform(self, prepared: str) -> str:
        self.step("perform")
        return f"result of {prepared}"

    def settle(self, prepared: str, result: str) -> bool:
        assert result == f"result of {prepared}"
        mark(f"settled {prepared}")
        self.step("settle")
        return self.again

    def abandon(self, thing: str) -> None:
        self.step(f"abandon {thing}")

    def step(self, name: str) -> None:
        self.done.append(name)
        if name in self.fails:
            raise self.error("on purpose")


def register(monkeypatch: pytest.MonkeyPatch, name: str, job: Job) -> None:
    """Make a job known for the length of a test."""
    monkeypatch.setitem(JOBS, name, job)


def promise(here: Runtime, task: str, **arguments: str) -> str:
    """Promise a task and return its row's id."""
    with here.database.transaction() as opened:
        before = set(opened.scalars(select(Promise.id)))
        outbox.promise(task, **arguments)  # type: ignore[arg-type]
        opened.flush()
        (new,) = set(opened.scalars(select(Promise.id))) - before
        return new


def row(here: Runtime, promise_id: str) -> Promise | None:
    """Return what is in the outbox under an id; None where it is done."""
    with here.database.reading():
        return session().get(Promise, promise_id)


def run_later(here: Runtime, promise_id: str, delay: timedelta = YEAR) -> bool:
    """Run a piece of work when all pauses and leases up to now are over."""
    with clock.standing_at(clock.now() + delay):
        return runner.run(here, promise_id)


def mark(thing: str) -> None:
    """Count, in the transaction that is open, that something took effect."""
    found = session().get(Counter, thing)
    if found is None:
        session().add(Counter(key=thing, count=1, ends_at=clock.now()))
    else:
        found.count += 1


def marked(here: Runtime, thing: str) -> int:
    """Return how often something took effect."""
    with here.database.reading():
        return session().scalar(select(Counter.count).where(Counter.key == thing)) or 0
