"""A pump works through the outbox for a while: many rows per RQ job, because RQ forks for each."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from app.core import outbox, runtime, settings
from app.core.runtime import Runtime
from jobs import runner
from jobs.job import Outside
from jobs.register import JOBS

TURN = 15.0
"""Seconds of one turn; RQ's own time-out is far beyond it."""
THREADS = 4
BATCH = 100


def drain() -> int:
    """Work for one turn, as an RQ job: returns how many pieces of work were done."""
    return work(runtime.build(settings.from_environment()), TURN)


def work(here: Runtime, seconds: float) -> int:
    """Do due work until nothing is due or the time is over; safe beside any number of others."""
    end = monotonic() + seconds
    done = 0
    with ThreadPoolExecutor(THREADS) as threads:
        while monotonic() < end:
            due = _due(here)
            if not due:
                break
            done += sum(threads.map(lambda row: _one(here, row, end), due))
        for _left in threads.map(lambda _place: _leave(here), range(THREADS)):
            pass
    return done


def _due(here: Runtime) -> list[str]:
    with here.database.reading():
        return outbox.due(BATCH)


def _one(here: Runtime, promise_id: str, end: float) -> bool:
    return monotonic() < end and runner.run(here, promise_id)


def _leave(here: Runtime) -> None:
    with runtime.using(here):
        for job in JOBS.values():
            if isinstance(job, Outside):
                job.leave()
