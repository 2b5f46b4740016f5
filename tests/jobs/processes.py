"""Real processes for tests: a private Redis, workers, relays, with the settings of an installation."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from redis import Redis
from redis.exceptions import RedisError

from app.core import broker
from app.core.settings import PROJECT, Settings

PATIENCE = 30.0
"""Seconds until a test gives up waiting for something that takes far less."""


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return the environment that gives a process the same installation."""
    given = {
        "KONTOR_ENVIRONMENT": settings.environment,
        "KONTOR_SECRET_KEY": settings.secret.decode(),
        "KONTOR_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "KONTOR_REDIS_URL": settings.redis_url or "",
        "KONTOR_STORAGE_URL": settings.storage_url,
        "KONTOR_BASE_URL": settings.base_url,
        "KONTOR_TRUSTED_HOSTS": ",".join(settings.trusted_hosts),
        "KONTOR_STORED_LOCATION": settings.stored_location or "",
        "KONTOR_PROXIES": str(settings.proxies),
        "KONTOR_MAIL_URL": settings.mail_url,
        "KONTOR_MAIL_SENDER": settings.mail_sender,
        "KONTOR_BOUNCE_DOMAIN": settings.bounce_domain,
        "KONTOR_LEASE_SECONDS": str(int(settings.lease_seconds)),
        "KONTOR_RETRY_SECONDS": str(int(settings.retry_seconds)),
        "KONTOR_OUTBOUND_PRIVATE": "1" if settings.outbound_private else "",
        "KONTOR_LOG_LEVEL": settings.log_level,
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("KONTOR_")}
    return others | given | more


KILLED = """
import importlib, os, signal, sys
from app.core import runtime, settings
from jobs import pump

module, _colon, holder = sys.argv[1].partition(":")
owner, name, calls = importlib.import_module(module), sys.argv[2], int(sys.argv[3])
owner = getattr(owner, holder) if holder else owner
real = getattr(owner, name)

def until_killed(*given, **named):
    global calls
    calls -= 1
    if not calls:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)

setattr(owner, name, until_killed)
for change in sys.argv[4:]:
    where, number = change.split("=")
    module, _dot, constant = where.rpartition(".")
    setattr(importlib.import_module(module), constant, int(number))
pump.work(runtime.build(settings.from_environment()), 60)
"""


def kill_pump_at(settings: Settings, owner: str, name: str, call: int, *changes: str) -> None:
    """Run a pump that kills itself with SIGKILL at the `call`th call of `name`.

    `owner` is a module, or `module:class`; each change is a constant of a module, `module.NAME=3`.
    """
    died = subprocess.run(
        [sys.executable, "-c", KILLED, owner, name, str(call), *changes],
        env=environment(settings),
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


@contextmanager
def redis() -> Iterator[tuple[str, Redis]]:
    """Run a private Redis and yield its URL and a client; skips where there is no server."""
    # Not tmp_path: with a test's name in it, the path is too long for a socket.
    directory = Path(tempfile.mkdtemp(prefix="kontor-redis-"))
    command = broker.command(directory)
    if command is None:
        shutil.rmtree(directory)
        pytest.skip("there is no Redis and no Valkey on this machine")
    with process(command):
        client = Redis.from_url(broker.url(directory))
        try:
            eventually(lambda: _answers(client))
            yield broker.url(directory), client
        finally:
            client.close()
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def process(
    command: Sequence[str], environ: dict[str, str] | None = None, output: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command for the length of a block."""
    with (output or Path(os.devnull)).open("wb") as stream:
        running = subprocess.Popen(
            command, env=environ, cwd=PROJECT, stdout=stream, stderr=subprocess.STDOUT
        )
        try:
            yield running
        finally:
            running.kill()
            running.wait(timeout=PATIENCE)


@contextmanager
def worker(settings: Settings, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker of an installation."""
    command = [sys.executable, "-m", "jobs.worker"]
    environ = environment(settings, PYTHONUNBUFFERED="1")
    with process(command, environ, output) as running:
        yield running


def eventually(is_true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something is true; fails after `seconds`."""
    last = monotonic() + seconds
    while not is_true():
        assert monotonic() < last, "it did not come true"
        sleep(0.02)


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False
