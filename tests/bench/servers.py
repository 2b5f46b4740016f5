"""Web servers of the bench: started, asked what they have used, ended."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from app.core import orphans
from app.core.settings import PROJECT

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0


class Server:
    """One granian with two workers of `threads` each; its session holds all its processes."""

    def __init__(self, application: str, environ: dict[str, str], threads: int = 1) -> None:
        self.port = free_port()
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"]
        size = ["--interface", "wsgi", "--no-ws", "--workers", "2"]
        size += ["--blocking-threads", str(threads)]
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server runs
        self.running = subprocess.Popen(
            [sys.executable, "-m", "granian", *where, *size, application],
            env=environ,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        # Ends the server, too, where the bench itself is killed.
        self.guard = orphans.start_guard()
        orphans.tell(self.guard, f"+{self.running.pid}")

    def await_ready(self) -> None:
        """Return when the port is open; raises `RuntimeError` with the log where it does not."""
        last = monotonic() + PATIENCE
        while self.running.poll() is None and monotonic() < last:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                sleep(0.5)  # the second worker may still be starting
                return
            sleep(0.05)
        self.log.seek(0)
        raise RuntimeError(f"the server did not start: {self.log.read()[-2000:]!r}")

    @property
    def processes(self) -> list[int]:
        """Return the ids of all its processes."""
        return orphans.living([self.running.pid])

    def end(self) -> None:
        """End all of it."""
        orphans.end([self.running.pid])
        self.running.wait(timeout=PATIENCE)
        if self.guard.stdin is not None:
            self.guard.stdin.close()
        self.guard.wait(timeout=PATIENCE)


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def children(parent: int) -> list[int]:
    """Return a process and those it started, such as PostgreSQL with its backends."""
    found = [parent]
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(_after_name(path)[1]) == parent:
                found.append(int(path.parent.name))
    return found


def cpu(processes: Collection[int]) -> float:
    """Return the seconds of CPU that processes have used, in user and in system mode (proc(5))."""
    total = 0
    for process in processes:
        with suppress(OSError):
            fields = _after_name(Path(f"/proc/{process}/stat"))
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory(processes: Collection[int]) -> float:
    """Return the megabytes that processes hold, shared pages divided among them (PSS)."""
    total = 0
    for process in processes:
        with suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1000


def _after_name(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").rpartition(")")[2].split()
