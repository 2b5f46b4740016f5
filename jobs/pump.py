"""A pump works through the outbox for a while: many rows per RQ job, because RQ forks for each."""

import threading
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
LOOK = 100
TAKE = 25
"""How many rows a pump looks at, and how many of these it takes before it looks again.

It takes few, so that urgent work is seen soon; and at random from many, so that pumps seldom meet.
"""
PAUSE = 0.1
"""Seconds until a thread without work looks again while others may be promising some."""


def drain() -> int:
    """Work for one turn, as an RQ job: returns how many pieces of work were done."""
    return work(runtime.build(settings.from_environment()), TURN)


def work(here: Runtime, seconds: float) -> int:
    """Do due work until nothing is due or the time is over; safe beside any number of others."""
    supply = _Supply(here, monotonic() + seconds)
    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(lambda _place: _thread(here, supply), range(THREADS)))


class _Supply:
    """Due work, handed out one by one, so that no thread waits for a slow other."""

    def __init__(self, here: Runtime, end: float) -> None:
        self._here = here
        self._end = end
        self._rows: list[str] = []
        self._at_work: set[str] = set()
        self._changed = threading.Condition()

    def take(self) -> str | None:
        """Return the next row; None where the time is over, or nothing is due and nobody works."""
        with self._changed:
            while monotonic() < self._end:
                if not self._rows:
                    self._rows = self._look()
                if self._rows:
                    row = self._rows.pop(0)
                    self._at_work.add(row)
                    return row
                if not self._at_work:
                    return None
                self._changed.wait(PAUSE)
            return None

    def done(self, row: str) -> None:
        """Note that nobody is at a row any more."""
        with self._changed:
            self._at_work.discard(row)
            self._changed.notify()

    def _look(self) -> list[str]:
        with self._here.database.reading():
            rows = outbox.due(LOOK)
        return [row for row in rows if row not in self._at_work][:TAKE]


def _thread(here: Runtime, supply: _Supply) -> int:
    done = 0
    try:
        while (row := supply.take()) is not None:
            try:
                done += runner.run(here, row)
            finally:
                supply.done(row)
    finally:
        _leave(here)
    return done


def _leave(here: Runtime) -> None:
    with runtime.using(here):
        for job in JOBS.values():
            if isinstance(job, Outside):
                job.leave()
