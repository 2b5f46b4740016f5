"""A whole Kontor in processes of its own: web, relay, worker, mail-in, Redis, and a mail catcher."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

from sqlalchemy import update

from app.core import broker, clock, outbox, runtime, settings
from app.core.db import session
from app.core.runtime import Runtime
from app.core.storage import address
from app.demo import caught
from app.demo.catcher import FAULTS, Behaviour, Catcher, by_local_part
from app.demo.caught import CaughtLetter
from app.demo.identity_provider import IdentityProvider
from app.demo.payment_provider import PaymentProvider
from app.demo.sms_gateway import SmsGateway
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import Document
from app.identity import actions as identity
from app.identity.models import CapabilityLink
from app.organisations.rules import MemberRole
from tests import cast, databases
from tests.rule_servers import end

PASSWORD = "a long sentence for the tests"
PATIENCE = 30.0
SECRET = r"/(?:link|sign|pay|reset|confirmation|leaving)/([A-Za-z0-9_-]{20,})"
"""What a mail leads to and nobody else may know."""
GRANIAN = [sys.executable, "-m", "granian", "--interface", "wsgi", "wsgi:app"]


@dataclass
class House:
    """One running installation: Lindenhof publishes at once, Sonnhalde looks at everything first."""

    url: str
    mail: Path
    here: Runtime
    mail_in: int
    """The port that takes mail with documents, by LMTP."""
    payments: PaymentProvider
    """Where customers pay."""
    identities: IdentityProvider
    """Where those who work somewhere may sign in."""
    texts: SmsGateway
    """Takes the text messages of all that is connected to it."""
    anna: str = "anna@lindenhof.example"
    ben: str = "ben@lindenhof.example"
    clara: str = "clara@sonnhalde.example"
    """Runs Sonnhalde."""
    ruth: str = "ruth@kunden.example"
    """A customer of Sonnhalde, who signs in."""
    password: str = PASSWORD
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    """What no log may hold beside all that was mailed."""
    away: set[str] = field(default_factory=set)
    """Domains for which the mail server takes nothing at present."""

    def letter_to(self, address: str, after: int = 0) -> CaughtLetter:
        """Wait for a mail to `address`; `after` says how many of them are known already."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            found = [one for one in caught.letters(self.mail) if address in one.envelope_recipients]
            if len(found) > after:
                return caught.letter(self.mail, found[0].id)
            sleep(0.1)
        raise AssertionError(f"no mail came to {address}")

    def letter_about(self, address: str, text: str) -> CaughtLetter:
        """Wait for a mail to `address` that holds a text in its subject or its body."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            for one in caught.letters(self.mail):
                if address in one.envelope_recipients:
                    letter = caught.letter(self.mail, one.id)
                    if text in letter.subject + letter.text:
                        return letter
            sleep(0.1)
        raise AssertionError(f"no mail about {text} came to {address}")

    def expire_links_of(self, address: str) -> None:
        """Let every link that was sent to an address be over."""
        with runtime.using(self.here), self.here.database.transaction():
            session().execute(
                update(CapabilityLink)
                .where(CapabilityLink.email == address)
                .values(expires_at=clock.now() - timedelta(minutes=1))
            )

    def let_time_pass(self) -> None:
        """Let everything that was put off, and that nobody has in hand, be due now."""
        with runtime.using(self.here), self.here.database.transaction():
            session().execute(
                update(outbox.Promise)
                .where(outbox.Promise.lease_token.is_(None), outbox.Promise.due_at > clock.now())
                .values(due_at=clock.now())
            )

    def forget_customer_of(self, number: str) -> None:
        """Let nobody know any more whom a document is for."""
        with runtime.using(self.here), self.here.database.transaction():
            session().execute(
                update(Document).where(Document.number == number).values(customer_id=None)
            )

    @contextmanager
    def nobody_works(self) -> Iterator[None]:
        """Let all work in the background rest for a while."""
        for process in self.workers:
            os.killpg(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in self.workers:
                os.killpg(process.pid, signal.SIGCONT)

    @contextmanager
    def mail_is_down(self, domain: str) -> Iterator[None]:
        """Let the mail server be closed for a while, for mail to one domain."""
        self.away.add(domain)
        try:
            yield
        finally:
            self.away.discard(domain)

    @contextmanager
    def payments_are_down(self) -> Iterator[None]:
        """Let the payment provider refuse to start payments for a while."""
        self.payments.faults.create = "down"
        try:
            yield
        finally:
            self.payments.faults.create = ""

    @contextmanager
    def out_of_reach(self, content: bytes) -> Iterator[None]:
        """Keep a stored file from being read for a while, as a disk does that is away."""
        name = address(content)
        (file,) = (self.here.settings.data_dir / "files").glob(f"*/{name[:2]}/{name}")
        away = file.rename(file.with_suffix(".away"))
        try:
            yield
        finally:
            away.rename(file)

    def mail_in_from(self, sender: str, to: str, *files: tuple[str, bytes]) -> None:
        """Hand over a mail with XML files, as the mail server in front does."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, "Rechnungen"
        message.set_content("Anbei die Rechnungen.")
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="xml", filename=name)
        with smtplib.LMTP("127.0.0.1", self.mail_in) as server:
            server.send_message(message, sender, [to])


@contextmanager
def running(folder: Path) -> Iterator[House]:
    """Run an installation below `folder` until the block ends."""
    port, mail_in = _free_port(), _free_port()
    url = f"http://127.0.0.1:{port}"
    away: set[str] = set()

    def choice(address: str) -> Behaviour:
        return FAULTS["down"] if address.partition("@")[2] in away else by_local_part(address)

    with (
        Catcher(folder / "mail", choice=choice) as catcher,
        PaymentProvider() as payments,
        IdentityProvider() as identities,
        SmsGateway() as texts,
    ):
        redis = broker.choose(None, folder / "redis")
        environment = {
            "KONTOR_ENVIRONMENT": "test",
            "KONTOR_DATA_DIR": str(folder / "data"),
            "KONTOR_SECRET_KEY": "a secret of at least thirty-two characters",
            "KONTOR_BASE_URL": url,
            "DATABASE_URL": databases.fresh_database(databases.chosen(), folder),
            "KONTOR_MAIL_URL": catcher.url,
            "KONTOR_MAIL_CAUGHT_IN": str(folder / "mail"),
            "KONTOR_MAIL_IN": f"127.0.0.1:{mail_in}",
            "KONTOR_MOLLIE_URL": payments.url,
            "KONTOR_TWILIO_URL": texts.url,
            "KONTOR_RETRY_SECONDS": "1",
            # Webhooks of journeys call this machine.
            "KONTOR_OUTBOUND_PRIVATE": "1",
            "KONTOR_LOG_LEVEL": "INFO",
            **({"KONTOR_REDIS_URL": redis.url} if redis else {}),
        }
        here = runtime.build(settings.from_environment(environment))
        _settle_in(here, url)
        commands = [
            [*GRANIAN, "--port", str(port)],
            [sys.executable, "-m", "jobs.relay"],
            [sys.executable, "-m", "jobs.mail_in"],
        ]
        if redis is not None:
            commands.append([sys.executable, "-m", "jobs.worker"])
        if redis is not None and redis.command:
            commands.insert(0, redis.command)
        with _processes(commands, environment, folder / "log") as started:
            _await(f"{url}/healthz")
            workers = [one for one in started if {"jobs.relay", "jobs.worker"} & set(one.args)]
            reached = (payments, identities, texts)
            house = House(url, folder / "mail", here, mail_in, *reached, workers=workers, away=away)
            yield house
        _no_log_holds_a_secret((folder / "log").read_text(errors="replace"), house)
    end(RuleEngine(here.settings.runtime_dir))
    here.database.engine.dispose()


def _settle_in(here: Runtime, url: str) -> None:
    with runtime.using(here), here.database.transaction():
        lindenhof = cast.found("lindenhof", "Haus Lindenhof", base_url=url)
        sonnhalde = cast.found("sonnhalde", "Sonnhalde", base_url=url, publishes_at_once=False)
        people = (
            cast.member(lindenhof, "Anna Amsler", MemberRole.ADMINISTRATOR),
            cast.member(lindenhof, "Ben Brunner", MemberRole.STAFF),
            cast.member(sonnhalde, "Clara Christen", MemberRole.ADMINISTRATOR),
            cast.contact(
                cast.customer(sonnhalde, "K-1", "Ruth Keller", "post@kunden.example"), "Ruth Keller"
            ),
        )
        for person in people:
            identity.set_password(person, PASSWORD)


@contextmanager
def _processes(
    commands: list[list[str]], environment: dict[str, str], log: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    with log.open("ab") as lines:
        started = [
            subprocess.Popen(
                command,
                cwd=settings.PROJECT,
                env={**os.environ, **environment},
                start_new_session=True,
                stdout=lines,
                stderr=lines,
            )
            for command in commands
        ]
    try:
        yield started
    finally:
        for process in reversed(started):
            os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _no_log_holds_a_secret(log: str, house: House) -> None:
    """Look for every link and code that was mailed, in all that all processes wrote."""
    for line in log.splitlines():
        if '"level": "error"' in line:
            print(line, file=sys.stderr)
    sent = [caught.letter(house.mail, one.id).text for one in caught.letters(house.mail)]
    secrets = {found[1] for text in sent for found in re.finditer(SECRET, text)}
    assert secrets or not any("/link/" in text for text in sent)
    secrets |= set(house.secrets)
    told = sorted(secret for secret in secrets if secret in log)
    assert told == [], f"{len(told)} secrets of {len(secrets)} stand in the log"


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
