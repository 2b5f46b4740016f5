"""Many threads do the same at the same moment, each in a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier
from typing import TypeVar

from app.core import runtime
from app.core.errors import Refused
from app.core.runtime import Runtime

Result = TypeVar("Result")

THREADS = 20


def together(
    here: Runtime, threads: int, work: Callable[[int], Result], *, in_transaction: bool = True
) -> list[Result]:
    """Run `work(number)` in `threads` threads that begin together; return what they return.

    What is `Refused` is rolled back, and left out. Raises whatever else one of them raises.
    """
    start = Barrier(threads)

    def alone(number: int) -> list[Result]:
        start.wait(timeout=60)
        try:
            with (
                runtime.using(here),
                here.database.transaction() if in_transaction else nullcontext(),
            ):
                return [work(number)]
        except Refused:
            return []

    with ThreadPoolExecutor(threads) as pool:
        return [result for results in pool.map(alone, range(threads)) for result in results]


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
