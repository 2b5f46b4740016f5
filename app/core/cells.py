"""Cells: limited child processes in which files that strangers wrote are taken apart.

A parser that crashes, hangs or eats memory takes its cell with it and nobody else. A cell starts
with a clean environment and without our files; `app.cell` is its inside and names what it can do.
It does one piece of work after the other and is replaced after many. It ends when its owner does.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from app.core import frames
from app.core.settings import PROJECT

MOST_PIECES: Final = 1000
"""Pieces of work after which a cell is replaced."""
MOST_KILOBYTES: Final = 600 * 1024
"""By how much a cell may once have grown; one that grew more is replaced after its piece."""
MEGABYTES: Final = 1024
"""Addresses that a cell may have (RLIMIT_AS)."""
START_SECONDS: Final = 60.0
PATIENCE: Final = 2.0
"""Seconds on the clock per second of processor time: a crowded machine is not the file's fault."""
OUT_OF_MEMORY: Final = 77
"""Exit code of a cell that reached its limit of memory."""
PLACES: Final = max(2, min(4, os.cpu_count() or 2))
"""How many cells one process has at most; who finds none free waits."""

_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_TIME: Final = {-signal.SIGALRM, -signal.SIGXCPU}


class CellDied(Exception):
    """The work did not come to an answer; the message says how it ended, in English, for the log."""


class CellTimedOut(CellDied):
    """The work took longer than its time."""


class CellNotStarted(Exception):
    """A cell could not be started: whatever the reason, it is not in the file. Try again later."""


class _KilledFromOutside(CellDied):
    """Somebody ended the cell: an administrator, the system short of memory. Not the file's fault."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a piece of work: plain values and bytes. Written by the cell: not to be trusted."""

    header: Mapping[str, Any]
    blobs: tuple[bytes, ...] = ()


class Cell:
    """One child process with the module `inside`. `run` is for one thread at a time."""

    def __init__(self, inside: str = "app.cell") -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", inside],
                cwd=PROJECT,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._connection = ours
        self._pieces = 0
        self.confined: list[str] | None = None
        """What it gave up, see `confinement.confine`; None until its first piece of work."""
        self.is_spent = False
        """Whether it should be replaced."""

    def run(
        self, work: str, arguments: Mapping[str, Any], payload: bytes, seconds: float
    ) -> Answer:
        """Do one piece of work with `payload` within `seconds` of processor time.

        On the clock it may take `PATIENCE` times as long.
        Raises `CellTimedOut` or `CellDied`; the cell is gone then, unless the work itself raised.
        Raises `CellNotStarted` where it never began.
        """
        request = {"work": work, "arguments": dict(arguments), "seconds": seconds}
        self._await_start()
        try:
            deadline = monotonic() + seconds * PATIENCE
            frames.send(self._connection, request, (payload,), deadline)
            header, blobs = frames.receive(self._connection, deadline)
        except TimeoutError as error:
            self.end()
            raise CellTimedOut(f"{work} took longer than {seconds * PATIENCE:g} s") from error
        except frames.BrokenFrameError as error:
            raise _death(work, self.end()) from error
        self._pieces += 1
        kilobytes = header.get("kilobytes", 0)
        is_grown = not isinstance(kilobytes, int) or kilobytes > MOST_KILOBYTES
        self.is_spent = self._pieces >= MOST_PIECES or is_grown
        if "raised" in header:
            raise CellDied(f"{work} raised {header['raised']}")
        return Answer(header.get("answer") or {}, blobs)

    def _await_start(self) -> None:
        if self.confined is not None:
            return
        try:
            hello, _none = frames.receive(self._connection, monotonic() + START_SECONDS)
        except (TimeoutError, frames.BrokenFrameError) as error:
            raise CellNotStarted(f"the cell did not start: exit code {self.end()}") from error
        self.confined = [str(one) for one in hello["confined"]]

    def end(self) -> int:
        """End the process and return its exit code; minus the signal that ended it, if one did."""
        self.is_spent = True
        self._connection.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.2)  # one that died by itself says by its code how
        code: int | None = self.process.returncode
        if code is None:
            self.process.kill()
            self.process.wait()
            return -signal.SIGALRM  # it lived, and did not answer in order
        return code

    def forget(self) -> None:
        """Let go of a cell that belongs to the process that this one was forked from."""
        self._connection.close()
        self.process.returncode = 0  # not our child: there is nothing to wait for


def _death(work: str, code: int) -> CellDied:
    if code in _TIME:
        return CellTimedOut(f"{work} used up its time")
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        return _KilledFromOutside(f"the cell was killed while it did {work}")
    if code == OUT_OF_MEMORY:
        return CellDied(f"{work} used up its memory")
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return CellDied(f"{work} ended the cell: {how}")


class _Cells:
    """The cells of this process, lent to one thread each."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(PLACES)
        self._free: list[Cell] = []

    def run(
        self, work: str, arguments: Mapping[str, Any], payload: bytes, seconds: float
    ) -> Answer:
        with self._places:
            cell = self._take()
            try:
                return cell.run(work, arguments, payload, seconds)
            finally:
                if cell.is_spent:
                    cell.end()
                else:
                    self._free.append(cell)

    def _take(self) -> Cell:
        while True:
            try:
                cell = self._free.pop()
            except IndexError:
                return Cell()
            if cell.process.poll() is None:
                return cell
            cell.end()  # it died of nothing that was asked of it

    def forget(self) -> None:
        """Begin anew in a forked process: the cells of the parent stay the parent's."""
        for cell in self._free:
            cell.forget()
        self._places = threading.BoundedSemaphore(PLACES)
        self._free = []


_cells = _Cells()


def _after_fork() -> None:
    _cells.forget()


os.register_at_fork(after_in_child=_after_fork)


def run(work: str, arguments: Mapping[str, Any], payload: bytes, seconds: float) -> Answer:
    """Do one piece of work in one of this process's cells, see `Cell.run`; waits for a free one.

    A cell that was killed from outside is no verdict: the work is done once more in a new one.
    """
    try:
        return _cells.run(work, arguments, payload, seconds)
    except _KilledFromOutside:
        return _cells.run(work, arguments, payload, seconds)
