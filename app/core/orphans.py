"""Ends whole sessions of processes, and the guard that does it when their owner was killed.

Run as a script, this file is the guard: standard library only. It reads `+<session>` and
`-<session>` lines; when the pipe closes, its owner is gone, and it ends what is on its list.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

GRACE: Final = 10.0
"""Seconds between SIGTERM and SIGKILL."""

_WRAPPER: Final = """
import ctypes, os, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 15)
if os.getppid() == int(sys.argv[1]):
    try:
        os.execvp(sys.argv[2], sys.argv[2:])
    except OSError as error:
        sys.exit(f"cannot start {sys.argv[2]}: {error.strerror}")
"""
"""PR_SET_PDEATHSIG (1) with SIGTERM (15), see prctl(2); then the check that it was not too late."""


def wrapped(command: Collection[str]) -> list[str]:
    """Return a command line that becomes `command` and gets SIGTERM when this process dies.

    Linux only; elsewhere it only becomes `command`. It belongs to the thread that starts it.
    """
    return [sys.executable, "-I", "-S", "-c", _WRAPPER, str(os.getpid()), *command]


def living(sessions: Collection[int]) -> list[int]:
    """Return the processes of `sessions` that are not zombies; off Linux, the groups' leaders."""
    if sys.platform != "linux":
        return [session for session in sessions if _has_group(session)]
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # proc(5): pid (name) state ppid pgrp session …; a name may hold spaces and brackets.
            state, _, _, session = path.read_text("utf-8", "replace").rpartition(")")[2].split()[:4]
            if int(session) in sessions and state not in "ZX":
                found.append(int(path.parent.name))
    return found


def _has_group(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def kill(sessions: Collection[int]) -> None:
    """Send SIGKILL to all that lives in `sessions`, also what has a process group of its own."""
    for number in living(sessions):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(number, signal.SIGKILL) if sys.platform == "linux" else os.killpg(number, 9)


def end(
    sessions: Collection[int],
    wait: Callable[[], object] = lambda: sleep(0.1),
    hurried: Callable[[], bool] = lambda: False,
) -> None:
    """Send SIGTERM to the process groups of `sessions`, and SIGKILL to what is left after `GRACE`.

    `wait` is called between two looks, `hurried` says that the grace is over.
    """
    for session in sessions:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(session, signal.SIGTERM)
    last = monotonic() + GRACE
    while living(sessions) and monotonic() < last and not hurried():
        wait()
    last = monotonic() + GRACE
    while living(sessions) and monotonic() < last:
        kill(sessions)
        wait()


def start_guard() -> subprocess.Popen[bytes]:
    """Start the guard in a session of its own; its standard input is the pipe."""
    return subprocess.Popen(  # noqa: S603 - this very file
        [sys.executable, "-I", "-S", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def tell(guard: subprocess.Popen[bytes], line: str) -> None:
    """Tell the guard about a session; a guard that has died is replaced by its owner."""
    if guard.stdin is not None:
        with suppress(OSError, ValueError):
            os.write(guard.stdin.fileno(), f"{line}\n".encode("ascii"))


def guard() -> None:
    """Read the list of sessions until the pipe closes, then end them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sessions: set[int] = set()
    for line in sys.stdin.buffer:
        change = sessions.add if line.startswith(b"+") else sessions.discard
        change(int(line[1:]))
    end(sessions)


if __name__ == "__main__":
    guard()
