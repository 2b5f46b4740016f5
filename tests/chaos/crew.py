"""The processes of an installation under attack: started, killed with SIGKILL, started again."""

import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from os import kill as send
from pathlib import Path
from time import monotonic

from app.core import broker, orphans
from app.core.settings import PROJECT, Settings
from tests.jobs.processes import environment

WIPES = 0.15
"""How often Redis loses its disk when it is killed."""

ALL_AT_ONCE = 0.04
IN_ITS_CRADLE = 0.15
"""How often it may hit somebody who only starts; most who are hit are at work."""


@dataclass
class Member:
    """One process to keep running; its session holds all that it starts."""

    name: str
    command: list[str]
    log: Path
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0

    @property
    def pid(self) -> int | None:
        """Return the id of the living process."""
        alive = self.running is not None and self.running.poll() is None
        return self.running.pid if alive and self.running is not None else None


@dataclass
class Crew:
    """Everybody who works for an installation."""

    settings: Settings
    folder: Path
    port: int
    chance: random.Random
    redis: Path | None
    cradle: float = 1.0
    """Seconds that a process takes to start."""
    hits: Counter[str] = field(default_factory=Counter)
    wipes: int = 0

    def __post_init__(self) -> None:
        self.environ = environment(self.settings, PYTHONUNBUFFERED="1")
        self.guard = orphans.start_guard()
        commands = {"web": self._web(), "relay": [sys.executable, "-m", "jobs.relay"]}
        if self.redis is not None:
            command = broker.command(self.redis)
            assert command is not None
            worker = [sys.executable, "-m", "jobs.worker"]
            commands = {"redis": command} | commands | {"worker 1": worker, "worker 2": worker}
        self.members = {
            name: Member(name, command, self.folder / f"{name}.log")
            for name, command in commands.items()
        }

    def _web(self) -> list[str]:
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        few = ["--workers", "1", "--blocking-threads", "4", "--log-level", "warning"]
        return [sys.executable, "-m", "granian", *options, *few, "wsgi:app"]

    def keep_running(self) -> None:
        """Start whoever is not there and has been away for long enough."""
        for member in self.members.values():
            if member.pid is None and monotonic() >= member.due:
                with member.log.open("ab") as log:
                    member.running = subprocess.Popen(
                        member.command,
                        env=self.environ,
                        cwd=PROJECT,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                orphans.tell(self.guard, f"+{member.running.pid}")
                member.started = monotonic()
                member.due = member.started + 0.5

    def strike(self) -> None:
        """Kill somebody who lives; every process that was hit counts once."""
        if self.chance.random() < ALL_AT_ONCE:
            for member in self.members.values():
                self._kill(member)
            return
        cradle = 0.0 if self.chance.random() < IN_ITS_CRADLE else self.cradle
        born = monotonic() - cradle
        grown = [one for one in self.members.values() if one.pid is not None and one.started < born]
        if grown:
            self._kill(self.chance.choice(grown))

    def _kill(self, member: Member) -> None:
        pid = member.pid
        if pid is None or member.running is None:
            return
        is_worker = member.name.startswith("worker")
        how = self.chance.choice(["horse", "horse", "parent", "all"]) if is_worker else "all"
        horses = [one for one in orphans.living([pid]) if one != pid]
        if how == "horse" and horses:
            for horse in horses:
                with suppress(ProcessLookupError):
                    send(horse, signal.SIGKILL)
            self.hits["horse"] += 1
            return
        if how == "all":
            orphans.kill([pid])
        else:
            member.running.kill()
        member.running.wait(timeout=30)
        member.due = monotonic() + self.chance.uniform(0, 0.5)
        self.hits[member.name.partition(" ")[0]] += 1
        if member.name == "redis" and self.redis is not None and self.chance.random() < WIPES:
            shutil.rmtree(self.redis / "appendonlydir", ignore_errors=True)
            self.wipes += 1

    def end(self) -> None:
        """Kill everybody for good."""
        sessions = [one.running.pid for one in self.members.values() if one.running is not None]
        while orphans.living(sessions):
            orphans.kill(sessions)
            for member in self.members.values():
                if member.running is not None:
                    member.running.wait(timeout=30)
        if self.guard.stdin is not None:
            self.guard.stdin.close()
        self.guard.wait(timeout=30)
