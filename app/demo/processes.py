"""What a demonstration runs: which processes, in which order, with which settings."""

import socket
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core import broker
from app.core.broker import Broker
from app.core.errors import Invalid
from app.core.supervisor import Process
from app.demo import caught_texts, sign_in
from app.demo.print_centre import LETTERS

HOST: Final = "127.0.0.1"
WORKERS: Final = 2
"""Processes of the web server, with one thread each: one request must not wait for another."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a demonstration lives: its folder, its ports, its Redis if there is one."""

    data_dir: Path
    port: int
    mail_port: int
    broker: Broker | None
    mail_in_port: int = 0
    payment_port: int = 0
    sms_port: int = 0
    identity_port: int = 0
    ebill_port: int = 0
    access_point_port: int = 0
    print_port: int = 0

    @property
    def drop_folder(self) -> Path:
        """Where files can be dropped, below it a folder for each organisation."""
        return self.data_dir / "drop"

    @property
    def partner_folders(self) -> Path:
        """Where houses and the stand-in for insurers meet."""
        return self.data_dir / "partners"

    @property
    def mail_in(self) -> str:
        """Where mail with documents is listened for."""
        return f"{HOST}:{self.mail_in_port}"

    @property
    def url(self) -> str:
        """Origin of its pages: by name, for browsers keep no passkeys for bare addresses."""
        return f"http://localhost:{self.port}"

    @property
    def mails(self) -> Path:
        """Where the mail catcher keeps what it caught."""
        return self.data_dir / "mails"

    @property
    def texts(self) -> Path:
        """Where the stand-in for a text-message gateway keeps what it took."""
        return self.mails / caught_texts.FOLDER

    @property
    def environment(self) -> dict[str, str]:
        """The settings of all its processes, see `app.core.settings`."""
        given = {
            "KONTOR_ENVIRONMENT": "demo",
            "KONTOR_DATA_DIR": str(self.data_dir),
            "KONTOR_BASE_URL": self.url,
            "KONTOR_MAIL_URL": f"smtp://{HOST}:{self.mail_port}?starttls=no",
            "KONTOR_MAIL_CAUGHT_IN": str(self.mails),
            "KONTOR_DROP_FOLDER": str(self.drop_folder),
            "KONTOR_DROP_FOLDER_QUIET": "2",
            "KONTOR_PARTNER_FOLDERS": str(self.partner_folders),
            "KONTOR_MAIL_IN": self.mail_in,
            "KONTOR_MOLLIE_URL": f"http://{HOST}:{self.payment_port}",
            "KONTOR_TWILIO_URL": f"http://{HOST}:{self.sms_port}",
            "KONTOR_DEMO_PROVIDER_URL": f"http://{HOST}:{self.identity_port}",
            "KONTOR_DEMO_EBILL_URL": f"http://{HOST}:{self.ebill_port}",
            "KONTOR_DEMO_ACCESS_POINT_URL": f"http://{HOST}:{self.access_point_port}",
            "KONTOR_DEMO_PRINT_PORT": str(self.print_port),
            "KONTOR_OUTBOUND_PRIVATE": "1",
            "KONTOR_LOG_LEVEL": "WARNING",
            "DATABASE_URL": f"sqlite:///{self.data_dir}/kontor.db",
        }
        return given | ({"KONTOR_REDIS_URL": self.broker.url} if self.broker else {})


def choose(data_dir: Path, first_port: int) -> Place:
    """Find ports that are free at this moment, and a Redis if this machine has one."""
    try:
        found = broker.choose(None, data_dir / "redis")
    except Invalid:  # the path is too long for a socket: the relay does the work alone
        found = None
    ports = [_free_port(first_port), *(_free_port(0) for _other in range(8))]
    return Place(data_dir, ports[0], ports[1], found, *ports[2:])


def _free_port(first: int) -> int:
    """Return the first free port from `first` on; 0 lets the system choose."""
    for port in range(first, min(first + 100, 65536)):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((HOST, port))
            except OSError:
                continue
            return int(one.getsockname()[1])
    raise Invalid(f"no port from {first} to {first + 99} is free")


def processes(place: Place, welcome: Callable[[], None]) -> list[Process]:
    """Return what to run, in order; `welcome` is called once, when the portal answers."""
    here = place.environment
    python = (sys.executable, "-m")
    return [
        *_redis(place.broker),
        *_stand_ins(place),
        Process("relay", [*python, "jobs.relay"], here),
        Process("mail-in", [*python, "jobs.mail_in"], here),
        *([Process("worker", [*python, "jobs.worker"], here)] if place.broker else []),
        Process("web", _web(place), here, ready=_answers(place, welcome)),
    ]


def _stand_ins(place: Place) -> list[Process]:
    """Return what stands on this machine in the place of others."""
    insurer = [sys.executable, "-m", "app.demo.insurer", "--root", str(place.partner_folders)]
    mails, texts = ("--folder", str(place.mails), "--faults"), ("--folder", str(place.texts))
    return [
        _served(place, "mail", "app.demo.catcher", place.mail_port, *mails),
        _served(place, "payments", "app.demo.payment_provider", place.payment_port),
        _served(place, "texts", "app.demo.sms_gateway", place.sms_port, *texts),
        _served(
            place, "identities", "app.demo.identity_provider", place.identity_port, *_accounts()
        ),
        _served(place, "ebill", "app.demo.ebill_network", place.ebill_port),
        _served(place, "peppol", "app.demo.access_point", place.access_point_port),
        Process("insurer", insurer, place.environment),
        _print_centre(place),
    ]


def _served(place: Place, name: str, module: str, port: int, *more: str) -> Process:
    """Return a server of our own that is ready as soon as it listens."""
    command = [sys.executable, "-m", module, "--port", str(port), *more]
    return Process(name, command, place.environment, ready=lambda: _listens(port))


def _print_centre(place: Place) -> Process:
    where = ("--port", str(place.print_port), "--folder", str(place.data_dir / LETTERS))
    return Process(
        "letters",
        [sys.executable, "-m", "app.demo.print_centre", *where],
        place.environment,
        ready=lambda: _listens(place.print_port),
    )


def _accounts() -> list[str]:
    """Return who is known at the stand-in of a sign-in provider."""
    return [word for address in sign_in.accounts() for word in ("--person", address)]


def _redis(found: Broker | None) -> list[Process]:
    if found is None or found.command is None:
        return []
    path = found.url.removeprefix("unix://")
    log = Path(path).with_name("redis.log")
    return [
        Process("redis", [*found.command, "--logfile", str(log)], ready=lambda: _listens_at(path))
    ]


def _web(place: Place) -> list[str]:
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    where = ["--host", HOST, "--port", str(place.port)]
    size = ["--workers", str(WORKERS), "--blocking-threads", "1", "--log-level", "warning"]
    return [*server, *where, *size, "wsgi:app"]


def _listens(port: int) -> bool:
    with socket.create_connection((HOST, port), timeout=1):
        return True


def _listens_at(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(1)
        one.connect(path)
        return True


def _answers(place: Place, welcome: Callable[[], None]) -> Callable[[], bool]:
    def ready() -> bool:
        with urllib.request.urlopen(f"{place.url}/healthz", timeout=2):  # noqa: S310 - ours
            welcome()
            return True

    return ready
