"""`python -m app.demo.run`: the whole portal with sample data on one machine, until Ctrl-C."""

import argparse
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from app.core import supervisor
from app.core.errors import Invalid
from app.core.settings import PROJECT
from app.demo import processes, welcome
from app.demo.processes import Place
from app.documents.formats.official_rules import RuleEngine

LOCK: Final = "demo.lock"
LAST_WORD: Final = 15.0
"""Seconds that the rule server may take to finish a document before it is left to itself."""


def main() -> int:
    """Seed, run, and leave nothing behind; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.run")
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "demo")
    parser.add_argument("--port", type=int, default=8000)
    wishes = parser.parse_args()
    folder: Path = wishes.folder.resolve()
    # The settings of a real installation may be around: nothing of it is to be touched.
    for name in [name for name in os.environ if name.startswith("KONTOR_")]:
        del os.environ[name]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chdir(PROJECT)
    try:
        with _alone(folder):
            return _run(processes.choose(folder, wishes.port))
    except Invalid as reason:
        sys.stderr.write(f"The demo cannot start: {reason}.\n")
        return 1


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder; raises `Invalid` where a demonstration runs in it already."""
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Invalid(f"another one is running in {folder}, end that one first") from None
        yield


def _run(place: Place) -> int:
    try:
        _say("Preparing the sample data. The first time this takes about half a minute.")
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo"]
        environment = {**os.environ, **place.environment}
        if code := subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603
            return code
        if place.broker is None:
            _say("There is no Redis on this machine: the relay delivers by itself.")
        return supervisor.run(
            processes.processes(place, lambda: _say(welcome.text(place))),
        )
    except KeyboardInterrupt:
        return 130
    finally:
        engine = RuleEngine(place.data_dir / "run")
        for one in (engine, engine.patient()):
            _end_rule_server(one)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _end_rule_server(engine: RuleEngine) -> None:
    """End the rule server, which is nobody's child: it would wait for work for a while."""
    with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(LAST_WORD)
        connection.connect(str(engine.folder() / engine.socket_name))
        with connection.makefile("r", encoding="utf-8") as stream:
            os.kill(int(json.loads(stream.readline())["process"]), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
