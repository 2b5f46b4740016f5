"""Many threads do the same at the same moment, each in a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from app.core import runtime
from app.core.runtime import Runtime

Result = TypeVar("Result")

THREADS = 20


def together(here: Runtime, threads: int, work: Callable[[int], Result]) -> list[Result]:
    """Run `work(number)` in `threads` threads that begin together; return what they return.

    Raises the first exception that one of them raises.
    """
    start = Barrier(threads)

    def alone(number: int) -> Result:
        start.wait(timeout=60)
        with runtime.using(here), here.database.transaction():
            return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, range(threads)))


class Meeting:
    """A point inside of transactions where all wait for all, so that everybody has read the same.

    On SQLite nobody waits: one who may write is alone, and the others have not begun.
    """

    def __init__(self, here: Runtime, threads: int) -> None:
        self._barrier = None if here.database.is_sqlite else Barrier(threads)

    def wait(self) -> None:
        """Wait for the others."""
        if self._barrier is not None:
            self._barrier.wait(timeout=60)
