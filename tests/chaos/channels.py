"""`python -m tests.chaos.channels --dispatches 2000 --kills 50`: mail and print while all goes wrong.

Workers, relay, Redis and the connections to the database are killed at random points; the mail server
and the print centre answer late, twice, never, put off, refuse, and are away for a while. In the end
every dispatch stands where the other side's own books say; none is lost, no letter is printed twice.
"""

import argparse
import random
import shutil
import sys
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.core import broker, runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.delivery.actions import listening
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.demo.catcher import Behaviour, Catcher
from app.demo.print_centre import PrintCentre
from app.demo.print_files import at_random
from app.organisations.rules import Channel
from tests.both import installation
from tests.chaos import channels_verdict
from tests.chaos.channels_stage import GONE, HOUSES, Publisher, prepare
from tests.chaos.channels_verdict import Verdict
from tests.chaos.chaos import RETRY
from tests.chaos.crew import Crew

CUTS = 0.25
"""How many of the kills hit the database's connections."""
MAIL_FAULTS, PRINT_FAULTS = 0.04, 0.01
"""How often a mail, and one write or rename of a letter, goes wrong in some way."""
AWAY = (2.0, 6.0)
"""Seconds that the print centre is away, twice in a run; that a lock of SQLite is held."""
LEASE = 8
"""Seconds; more than a lock is held, as in a real installation."""
PATIENCE = 1500.0


class MailFaults:
    """What the mail server does to whom; counted."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count: Counter[str] = Counter()

    def __call__(self, recipient: str) -> Behaviour:
        """Choose for one mail."""
        if recipient.startswith(GONE):
            return Behaviour(to_recipient="550 5.1.1 No such mailbox here")
        ways = {
            "lost": Behaviour(cut="kept"),
            "cut": Behaviour(cut="data"),
            "put off": Behaviour(to_recipient="451 4.3.2 Try again in a moment"),
            "away": Behaviour(to_recipient="421 4.3.2 Closing for maintenance"),
            "late": Behaviour(delay=2.0),
        }
        if self.chance.random() >= MAIL_FAULTS:
            return Behaviour(delay=self.chance.uniform(0, 0.05))
        name = self.chance.choice(sorted(ways))
        self.count[name] += 1
        return ways[name]


def acknowledges(reference: str) -> str:
    """Return how the print centre answers a letter: the same whenever one asks."""
    place = sha256(reference.encode()).digest()[0]
    ways = ((13, "twice"), (26, "late"), (39, "never"), (46, "rejected"))
    return next((name for limit, name in ways if place < limit), "once")


@dataclass
class Report:
    """How a run went."""

    title: str
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    dispatches: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def wrong(self) -> list[str]:
        """Return everything that must not be."""
        return self.verdict.wrong

    def __str__(self) -> str:
        """Return the run in a few lines."""
        one = self.verdict
        return (
            f"{self.title}: {self.dispatches} dispatches, {one.attempts} attempts in"
            f" {self.seconds:.0f} s; {self.kills.total()} kills ({_counted(self.kills)});"
            f" faults: {_counted(self.faults)}; in the end: {_counted(one.states)};"
            f" doubles: {_counted(one.doubles)}; lost: {one.lost}; wrong: {len(self.wrong)}"
        )


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items())) or "none"


def run(dispatches: int, kills: int, database: str, *, seed: int = 1) -> Report:
    """Send `dispatches`, half by mail and half on paper, while `kills` hit."""
    folder = Path(tempfile.mkdtemp(prefix="kontor-chaos-"))
    chance = random.Random(seed)
    mail_faults = MailFaults(random.Random(seed))
    report = Report(f"channels on {database}, seed {seed}")
    settings = {"lease_seconds": LEASE, "retry_seconds": RETRY, "outbound_private": True}
    with (
        Catcher(folder / "mails", choice=mail_faults) as catcher,
        ExitStack() as open_centres,
        installation(database, folder, **settings) as here,
    ):
        centres = [
            open_centres.enter_context(PrintCentre(folder / f"centre {number}", works=True))
            for number in range(HOUSES)
        ]
        for number, centre in enumerate(centres):
            centre.choice = at_random(random.Random(seed + number), PRINT_FAULTS)
            centre.acknowledges = acknowledges
        documents = prepare(here, centres, dispatches // 2)
        attack = Attack(here, _crew(here, catcher, folder, chance), centres, chance)
        begin = monotonic()
        try:
            attack.go(Publisher(here, documents, kills * 0.5 / max(len(documents), 1)), kills)
        finally:
            attack.crew.end()
        report.seconds = monotonic() - begin
        report.kills = attack.crew.hits + attack.cuts
        report.faults = mail_faults.count + attack.absences
        for centre in centres:
            report.faults += centre.books.faults
        report.verdict = channels_verdict.judge(here, documents, folder / "mails", centres)
        report.dispatches = sum(report.verdict.states.values())
    if not report.wrong:
        shutil.rmtree(folder)
    return report


def _crew(here: Runtime, catcher: Catcher, folder: Path, chance: random.Random) -> Crew:
    redis = folder / "redis"
    settings = replace(
        here.settings, redis_url=broker.url(redis), mail_url=catcher.url, log_level="WARNING"
    )
    crew = Crew(settings, folder, 0, chance, redis)
    del crew.members["web"]
    crew.cradle = 3.0
    return crew


@dataclass
class Attack:
    """Everything that is done to an installation."""

    here: Runtime
    crew: Crew
    centres: list[PrintCentre]
    chance: random.Random
    cuts: Counter[str] = field(default_factory=Counter)
    absences: Counter[str] = field(default_factory=Counter)
    listened: float = 0.0
    timers: list[threading.Timer] = field(default_factory=list)

    def go(self, publisher: Publisher, kills: int) -> None:
        """Publish and kill, then let it come to its end."""
        self._keep(4)
        publisher.start()
        try:
            self._strike(kills)
        finally:
            for timer in self.timers:
                timer.join()
        begin = monotonic()
        while monotonic() - begin < PATIENCE and not (publisher.is_done() and self._is_over()):
            self._keep(0.5)

    def _strike(self, kills: int) -> None:
        away = {kills // 3, 2 * kills // 3}
        while (done := self.crew.hits.total() + self.cuts.total()) < kills:
            self._keep(self.chance.uniform(0.1, 1.5))
            if done in away:
                away.discard(done)
                self._leave()
            if self.chance.random() < CUTS:
                self._cut()
            else:
                self.crew.strike()

    def _keep(self, seconds: float) -> None:
        last = monotonic() + seconds
        while monotonic() < last:
            self.crew.keep_running()
            sleep(0.05)
        if monotonic() - self.listened > 2:
            self.listened = monotonic()
            self._listen()

    def _listen(self) -> None:
        """Have the print centre asked more often than every minute."""
        try:
            with runtime.using(self.here), self.here.database.transaction():
                for house_id in session().scalars(select(Dispatch.organisation_id).distinct()):
                    listening.promise(house_id, Channel.PRINT)
        except DBAPIError:
            return

    def _leave(self) -> None:
        """Have a print centre be away for some seconds."""
        seconds = self.chance.uniform(*AWAY)
        centre = self.chance.choice(self.centres)
        centre.close()
        self.absences["print centre away"] += 1
        back = threading.Timer(seconds, centre.open)
        back.start()
        self.timers.append(back)

    def _cut(self) -> None:
        """End every connection to PostgreSQL; hold SQLite's one lock for seconds."""
        if self.here.database.engine.dialect.name == "postgresql":
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            try:
                with self.here.database.engine.connect() as connection:
                    ended = connection.execute(text(f"{others} AND datname = current_database()"))
                    self.cuts["connections"] += 1 if ended.all() else 0
            except DBAPIError:
                return
            return
        with self.here.database.transaction():  # BEGIN IMMEDIATE: nobody else may write
            self._keep_locked(self.chance.uniform(*AWAY))
        self.cuts["locks"] += 1

    def _keep_locked(self, seconds: float) -> None:
        last = monotonic() + seconds
        while monotonic() < last:
            self.crew.keep_running()
            sleep(0.05)

    def _is_over(self) -> bool:
        under_way = (State.QUEUED, State.SUBMITTING, State.COMPONENT_DOWN)
        waiting = (State.SUBMITTED, State.ACCEPTED)
        try:
            with runtime.using(self.here), self.here.database.reading():
                rows = select(Dispatch).where(Dispatch.state.in_((*under_way, *waiting)))
                left = [one for one in session().scalars(rows) if not self._stands(one)]
                promised = session().scalar(select(func.count()).where(channels_verdict.OURS))
        except DBAPIError:
            return False
        return not left and not promised

    def _stands(self, one: Dispatch) -> bool:
        if one.channel is Channel.EMAIL:
            return one.state is State.SUBMITTED
        return one.state is State.SUBMITTED and acknowledges(one.reference) == "never"


def main() -> int:
    """Run once and say how it went; the exit code is 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.channels")
    parser.add_argument("--dispatches", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wishes = parser.parse_args()
    report = run(wishes.dispatches, wishes.kills, wishes.database, seed=wishes.seed)
    sys.stdout.write(f"{report}\n" + "".join(f"  {line}\n" for line in report.wrong))
    return 1 if report.wrong or report.kills.total() < wishes.kills else 0


if __name__ == "__main__":
    sys.exit(main())
