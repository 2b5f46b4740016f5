"""The whole demonstration, as a person starts and ends it."""

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from app.core.settings import PROJECT
from tests import databases

PATIENCE = 120.0

once = pytest.mark.skipif(databases.chosen() != "sqlite", reason="it brings its own database")


@contextmanager
def started(folder: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "app.demo.run", "--folder", str(folder), "--port", "18400"]
    with log.open("wb") as output:
        running = subprocess.Popen(command, cwd=PROJECT, stdout=output, stderr=output)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
            running.wait()


def wait_for(word: str, log: Path, running: subprocess.Popen[bytes]) -> str:
    last = monotonic() + PATIENCE
    while monotonic() < last and running.poll() is None:
        text = log.read_text("utf-8", "replace")
        if word in text:
            return text
        sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace"))


def left_over(folder: Path) -> list[str]:
    """Return the command lines of processes that work in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            line = (path / "cmdline").read_bytes() + (path / "environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in line:
            found.append(line.split(b"\0\0")[0].decode("utf-8", "replace")[:200])
    return found


@once
@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_it_runs_until_ctrl_c_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder, log = tmp_path / "demo", tmp_path / "log"
    with started(folder, log) as running:
        text = wait_for("Ctrl-C ends all of it", log, running)
        address = next(line.split()[-1] for line in text.splitlines() if "running at" in line)
        for page in ("/healthz", "/mailbox", "/sign-in"):
            with urllib.request.urlopen(address + page, timeout=30) as answer:
                assert answer.status == 200
        assert left_over(folder)
        second = subprocess.run(
            [sys.executable, "-m", "app.demo.run", "--folder", str(folder)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode == 1
        assert "another one is running" in second.stderr
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 0
    last = monotonic() + 10
    while left_over(folder) and monotonic() < last:
        sleep(0.1)
    assert left_over(folder) == []
