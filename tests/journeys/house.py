"""A whole Kontor in processes of its own: web, relay, worker, Redis, and a mail catcher."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

from sqlalchemy import update

from app.core import broker, clock, runtime, settings
from app.core.db import session
from app.core.runtime import Runtime
from app.demo import caught
from app.demo.catcher import Catcher, by_local_part
from app.demo.caught import CaughtLetter
from app.documents.formats.official_rules import RuleEngine
from app.identity import actions as identity
from app.identity.models import CapabilityLink
from app.organisations.rules import MemberRole
from tests import cast, databases
from tests.rule_servers import end

PASSWORD = "a long sentence for the tests"
PATIENCE = 30.0
GRANIAN = [sys.executable, "-m", "granian", "--interface", "wsgi", "wsgi:app"]


@dataclass
class House:
    """One running installation, with an organisation, an administrator and a colleague."""

    url: str
    mail: Path
    here: Runtime
    anna: str = "anna@lindenhof.example"
    ben: str = "ben@lindenhof.example"
    password: str = PASSWORD

    def letter_to(self, address: str, after: int = 0) -> CaughtLetter:
        """Wait for a mail to `address`; `after` says how many of them are known already."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            found = [one for one in caught.letters(self.mail) if address in one.envelope_recipients]
            if len(found) > after:
                return caught.letter(self.mail, found[0].id)
            sleep(0.1)
        raise AssertionError(f"no mail came to {address}")

    def expire_links_of(self, address: str) -> None:
        """Let every link that was sent to an address be over."""
        with runtime.using(self.here), self.here.database.transaction():
            session().execute(
                update(CapabilityLink)
                .where(CapabilityLink.email == address)
                .values(expires_at=clock.now() - timedelta(minutes=1))
            )


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """Run an installation below `folder` until the block ends."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with Catcher(folder / "mail", choice=by_local_part) as catcher:
        redis = broker.choose(None, folder / "redis")
        environment = {
            "KONTOR_ENVIRONMENT": "test",
            "KONTOR_DATA_DIR": str(folder / "data"),
            "KONTOR_SECRET_KEY": "a secret of at least thirty-two characters",
            "KONTOR_BASE_URL": url,
            "DATABASE_URL": databases.fresh_database(databases.chosen(), folder),
            "KONTOR_MAIL_URL": catcher.url,
            "KONTOR_MAIL_CAUGHT_IN": str(folder / "mail"),
            "KONTOR_RETRY_SECONDS": "1",
            "KONTOR_LOG_LEVEL": "ERROR",
            **({"KONTOR_REDIS_URL": redis.url} if redis else {}),
        }
        here = runtime.build(settings.from_environment(environment))
        _settle_in(here, url)
        commands = [
            [*GRANIAN, "--port", str(port), "--no-log"],
            [sys.executable, "-m", "jobs.relay"],
        ]
        if redis is not None:
            commands.append([sys.executable, "-m", "jobs.worker"])
        if redis is not None and redis.command:
            commands.insert(0, redis.command)
        with _processes(commands, environment):
            _await(f"{url}/healthz")
            yield House(url, folder / "mail", here)
    end(RuleEngine(here.settings.runtime_dir))
    here.database.engine.dispose()


def _settle_in(here: Runtime, url: str) -> None:
    with runtime.using(here), here.database.transaction():
        lindenhof = cast.found("lindenhof", "Haus Lindenhof", base_url=url)
        for name, role in (
            ("Anna Amsler", MemberRole.ADMINISTRATOR),
            ("Ben Brunner", MemberRole.STAFF),
        ):
            person = cast.member(lindenhof, name, role)
            identity.set_password(person, PASSWORD)


@contextmanager
def _processes(commands: list[list[str]], environment: dict[str, str]) -> Iterator[None]:
    started = [
        subprocess.Popen(
            command,
            cwd=settings.PROJECT,
            env={**os.environ, **environment},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        yield
    finally:
        for process in reversed(started):
            os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _await(url: str) -> None:
    end = monotonic() + PATIENCE
    while monotonic() < end:
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            sleep(0.2)
    raise AssertionError(f"{url} did not answer")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
