"""Runs a set of named processes: starts them in order, restarts what died, leaves nothing behind.

Every process is a session of its own, so that all it started can be found and ended. A guard, in a
session of its own too, holds the reading end of a pipe: when this process is killed, the pipe
closes and the guard ends the sessions. `run` owns its process: it reaps every child there is.
"""

import ctypes
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from types import FrameType
from typing import IO, Final

from app.core.orphans import end, kill, start_guard, tell, wrapped

Log = Callable[[str, str], None]
"""Name of the process, one line of its output."""

_PATIENCE: Final = 30.0
"""Seconds that the next process waits for one to be ready."""

_STEADY: Final = 60.0
"""Seconds after which a process counts as well, so that its falls are forgotten."""

_TICK: Final = 0.2
_LONGEST_LINE: Final = 65536
_SET_CHILD_SUBREAPER: Final = 36
_COLOURS: Final = (36, 32, 33, 35, 34, 31)


@dataclass(frozen=True)
class Process:
    """A command to keep running. `environment` is added to ours.

    `ready` is asked several times a second until it says True; only then the next process starts,
    or after 30 s. When a `critical` process ends, everything ends.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    critical: bool = False
    ready: Callable[[], bool] | None = None


def delay(falls: int) -> float:
    """Return the seconds to wait before a restart: 1, 2, 4 … 30 after 1, 2, 3 … falls in a row."""
    return float(min(30, 2 ** max(0, falls - 1)))


def console(processes: Iterable[Process], stream: IO[str]) -> Log:
    """Return a log that writes `name | line` to `stream`, each name in its colour on a terminal."""
    names = [process.name for process in processes]
    width = max(map(len, names), default=0)
    coloured = stream.isatty()

    def write(name: str, line: str) -> None:
        label = f"{name:<{width}} |"
        if coloured and name in names:
            label = f"\x1b[{_COLOURS[names.index(name) % len(_COLOURS)]}m{label}\x1b[0m"
        stream.write(f"{label} {line}\n")
        stream.flush()

    return write


def run(processes: Sequence[Process], log: Log | None = None) -> int:
    """Run `processes` until SIGINT, SIGTERM or SIGHUP; return the exit code, 0 in that case.

    What dies is restarted after `delay`. At the end each process group gets SIGTERM, and after
    10 s, or at a second signal, all that is left gets SIGKILL. Returns 1 where a critical process
    ended. Only for the main thread of a process that has no other children.
    """
    crew = _Crew(processes, log or console(processes, sys.stdout))
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup(1)
        signals.append(signal.SIGHUP)
    before = {number: signal.signal(number, crew.asked_to_stop) for number in signals}
    if sys.platform == "linux":
        # What loses its parent becomes our child, so that it can be reaped.
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1)
    try:
        return crew.work()
    finally:
        crew.end()
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class _Child:
    process: Process
    popen: subprocess.Popen[bytes] | None = None
    unfinished: bytes = b""
    settled: bool = False
    first: float | None = None
    started: float = 0.0
    due: float = 0.0
    falls: int = 0


class _Crew:
    """The processes of one `run`, and the guard."""

    def __init__(self, processes: Sequence[Process], log: Log) -> None:
        self.children = [_Child(process) for process in processes]
        self.log = log
        self.selector = selectors.DefaultSelector()
        self.stops = 0
        self.fallen = False
        self.guard = start_guard()

    def asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops += 1

    def say(self, name: str, line: str) -> None:
        # A closed terminal must not end the processes' supervision half-way.
        with suppress(OSError, ValueError):
            self.log(name, line)

    def work(self) -> int:
        while not self.stops and not self.fallen:
            self.start_what_is_due()
            self.turn()
        return 1 if self.fallen else 0

    def turn(self, seconds: float = _TICK) -> None:
        """Pass on output for up to `seconds`, then reap."""
        if self.selector.get_map():
            for key, _ in self.selector.select(seconds):
                self.read(key.data)
        else:
            sleep(seconds)
        self.reap()

    def start_what_is_due(self) -> None:
        for child in self.children:
            if child.popen is None and child.due <= monotonic():
                self.start(child)
            if not child.settled and not self.settles(child):
                return

    def settles(self, child: _Child) -> bool:
        with suppress(OSError):
            child.settled = child.process.ready is None or child.process.ready()
        if not child.settled and child.first and monotonic() - child.first > _PATIENCE:
            self.say(child.process.name, f"not ready after {_PATIENCE:.0f} s, going on without it")
            child.settled = True
        return child.settled

    def start(self, child: _Child) -> None:
        child.popen = subprocess.Popen(  # noqa: S603 - the caller's own commands
            wrapped(child.process.command),
            env={**os.environ, "PYTHONUNBUFFERED": "1", **child.process.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        tell(self.guard, f"+{child.popen.pid}")
        child.started = monotonic()
        child.first = child.first or child.started
        if child.popen.stdout:
            os.set_blocking(child.popen.stdout.fileno(), False)
            self.selector.register(child.popen.stdout, selectors.EVENT_READ, child)

    def read(self, child: _Child) -> bool:
        """Pass on what `child` wrote; return whether there may be more."""
        output = child.popen.stdout if child.popen else None
        if output is None or output.closed:
            return False
        try:
            octets = os.read(output.fileno(), _LONGEST_LINE)
        except BlockingIOError:
            return False
        *lines, child.unfinished = (child.unfinished + octets).split(b"\n")
        if child.unfinished and (not octets or len(child.unfinished) > _LONGEST_LINE):
            lines, child.unfinished = [*lines, child.unfinished], b""
        for line in lines:
            self.say(child.process.name, line.decode("utf-8", "replace").rstrip("\r"))
        if not octets:
            self.selector.unregister(output)
            output.close()
        return bool(octets)

    def reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            for child in self.children:
                if child.popen and child.popen.pid == pid:
                    child.popen.returncode = code
                    self.fell(child, child.popen, code)
            if pid == self.guard.pid:
                self.guard.returncode = code
                self.replace_guard()

    def replace_guard(self) -> None:
        if self.guard.stdin:
            self.guard.stdin.close()
        self.guard = start_guard()
        for session in self.sessions():
            tell(self.guard, f"+{session}")

    def sessions(self) -> list[int]:
        return [child.popen.pid for child in self.children if child.popen]

    def fell(self, child: _Child, popen: subprocess.Popen[bytes], code: int) -> None:
        if not self.stops and not self.fallen:
            kill([popen.pid])
            tell(self.guard, f"-{popen.pid}")
        while self.read(child):
            pass
        if popen.stdout and not popen.stdout.closed:
            self.selector.unregister(popen.stdout)
            popen.stdout.close()
        child.popen, child.unfinished = None, b""
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        if self.stops or self.fallen:
            return self.say(child.process.name, f"ended ({how})")
        if child.process.critical:
            self.fallen = True
            return self.say(child.process.name, f"ended ({how}), and everything with it")
        child.falls = 1 if monotonic() - child.started > _STEADY else child.falls + 1
        child.due = monotonic() + delay(child.falls)
        return self.say(
            child.process.name, f"ended ({how}), starts again in {delay(child.falls):.0f} s"
        )

    def end(self) -> None:
        """End every session, then the guard, and reap them."""
        sessions = self.sessions()
        self.stops = max(1, self.stops)
        asked = self.stops
        end(sessions, wait=lambda: self.turn(0.05), hurried=lambda: self.stops > asked)
        self.reap()
        for session in sessions:
            tell(self.guard, f"-{session}")
        if self.guard.stdin:
            self.guard.stdin.close()
        self.guard.wait()
        self.selector.close()
