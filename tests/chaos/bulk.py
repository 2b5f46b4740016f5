"""`python -m tests.chaos.bulk --files 500 --kills 20`: bulk work while its workers are killed.

An intake is worked off, then everything that is ready is released; both are stopped and resumed in
between. In the end every piece stands in one truthful state, and nothing happened twice.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import func, select

from app.core import broker, ids, runtime
from app.core.db import session
from app.core.errors import Refused
from app.core.outbox import Promise
from app.core.progress import WorkState
from app.core.runtime import Runtime
from app.demo.catcher import Catcher
from app.documents.actions import keeping, publication
from app.documents.models import Document
from app.documents.queries import Filters
from app.documents.rules.life import State
from app.intake import queries as intakes
from app.intake.actions import course, taking
from app.intake.models import Intake
from app.releases import actions as releases
from app.releases import queries as release_queries
from tests import cast
from tests.both import installation
from tests.chaos import bulk_verdict
from tests.chaos.chaos import LEASE, RETRY
from tests.chaos.crew import Crew
from tests.documents.invoices import UBL
from tests.factories import BY

PAUSES = (0.1, 0.8)
"""Seconds between two kills."""
PATIENCE = 300.0
DECIDED = 10
"""Every tenth document is decided by somebody else once the release is written down."""

BUYER = "<cbc:RegistrationName>Kunde GmbH</cbc:RegistrationName>\n    </cac:PartyLegalEntity>"
MAILBOX = "<cac:Contact><cbc:ElectronicMail>kunde@kunde.example</cbc:ElectronicMail></cac:Contact>"


@dataclass
class Report:
    """How a run went."""

    title: str
    hits: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the run in one line."""
        hits = ", ".join(f"{name} {count}" for name, count in sorted(self.hits.items()))
        took = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.seconds.items())
        figures = ", ".join(f"{count} {name}" for name, count in self.figures.items())
        kills = f"{self.hits.total()} kills ({hits})"
        return f"{self.title}: {kills}; {took}; {figures}; wrong: {len(self.wrong)}"


def run(files: int, kills: int, database: str, *, seed: int = 1) -> Report:
    """Take in `files` files and release what is ready, each while half of `kills` hit."""
    folder = Path(tempfile.mkdtemp(prefix="kontor-chaos-"))
    chance = random.Random(seed)
    report = Report(f"bulk work on {database}, seed {seed}")
    with (
        Catcher(folder / "mails") as catcher,
        installation(database, folder, lease_seconds=LEASE, retry_seconds=RETRY) as here,
    ):
        crew = _crew(here, catcher, folder, chance)
        try:
            _act(here, crew, report, _contents(files, chance), kills)
        finally:
            crew.end()
        report.hits = crew.hits
        report.wrong += bulk_verdict.judge(here, folder / "mails", report.figures)
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
    return crew


def _contents(files: int, chance: random.Random) -> list[bytes]:
    """Return invoices; some came twice, some are broken."""
    plain = UBL.replace("{documents}", "").replace(BUYER, BUYER + MAILBOX)
    made = [plain.replace("R-1001", f"R-{number}").encode() for number in range(files)]
    for number in range(files):
        fate = chance.random()
        if fate < 0.05:
            made[number] = made[number][: len(made[number]) // 2]
        elif fate < 0.15:
            made[number] = chance.choice(made[: number + 1])
    return made


def _act(here: Runtime, crew: Crew, report: Report, contents: list[bytes], kills: int) -> None:
    with here.database.transaction():
        house = cast.found("bulk", "House of Bulk", publishes_at_once=False)
        cast.customer(house, "K-1", "Kunde GmbH", "kunde@kunde.example")
    stored = [keeping.store(house.id, f"{n}.xml", one) for n, one in enumerate(contents)]
    with here.database.transaction():
        intake = taking.start(house.id, BY, stored, creates_customers=False)
    report.figures["files"] = len(contents)
    report.seconds["intake"] = _attack(here, crew, kills // 2, _IntakeAtWork(intake.id))
    release_id = ids.new()
    with here.database.transaction():
        releases.start(release_id, house.id, BY, Filters())
    _decide_some(here)
    at_work = _ReleaseAtWork(release_id)
    report.seconds["release"] = _attack(here, crew, kills - kills // 2, at_work)
    report.seconds["mails"] = _wait(here, crew, _nothing_left)


def _decide_some(here: Runtime) -> None:
    """Decide some documents before the release comes to them."""
    with here.database.reading():
        ready = select(Document.id).where(Document.state == State.READY).order_by(Document.id)
        some = list(session().scalars(ready))[::DECIDED]
    for document_id in some:
        # The release may have been faster.
        with suppress(Refused), here.database.transaction():
            publication.discard(session().get_one(Document, document_id), BY)


@dataclass
class _IntakeAtWork:
    id: str

    def is_over(self) -> bool:
        return session().get_one(Intake, self.id).state is WorkState.FINISHED

    def stop(self) -> None:
        course.stop(session().get_one(Intake, self.id), BY)

    def resume(self) -> None:
        course.resume(session().get_one(Intake, self.id), BY)

    def waiting(self) -> int:
        return len(intakes.waiting_items(self.id))


@dataclass
class _ReleaseAtWork:
    id: str

    def is_over(self) -> bool:
        release = release_queries.by_id(self.id)
        return release is not None and release.state is WorkState.FINISHED

    def stop(self) -> None:
        release = release_queries.by_id(self.id)
        assert release is not None
        releases.stop(release, BY)

    def resume(self) -> None:
        release = release_queries.by_id(self.id)
        assert release is not None
        releases.resume(release, BY)

    def waiting(self) -> int:
        counts = release_queries.counts_of(self.id)
        return counts[release_queries.ItemState.WAITING]


def _attack(here: Runtime, crew: Crew, kills: int, work: _IntakeAtWork | _ReleaseAtWork) -> float:
    """Kill until `kills` processes were hit, stop and resume once, then let it come to its end."""
    begin = monotonic()
    until = crew.hits.total() + kills
    crew.cradle = 0.5
    while crew.hits.total() < until and not _ask(here, work.is_over):
        _keep(crew, crew.chance.uniform(*PAUSES))
        crew.strike()
    if not _ask(here, work.is_over):
        _pause(here, crew, work)
    _wait(here, crew, work.is_over)
    return monotonic() - begin


def _pause(here: Runtime, crew: Crew, work: _IntakeAtWork | _ReleaseAtWork) -> None:
    """Stop, look that nothing goes on once what is in hand is done, and resume."""
    with here.database.transaction():
        if work.is_over():
            return
        work.stop()
    crew.strike()
    _keep(crew, LEASE + RETRY + 1)
    first = _ask(here, work.waiting)
    _keep(crew, 1)
    assert _ask(here, work.waiting) == first, "it went on though it was stopped"
    if not _ask(here, work.is_over):
        with here.database.transaction():
            work.resume()


def _keep(crew: Crew, seconds: float) -> None:
    last = monotonic() + seconds
    while monotonic() < last:
        crew.keep_running()
        sleep(0.02)


def _wait(here: Runtime, crew: Crew, is_over: Callable[[], bool]) -> float:
    begin = monotonic()
    while monotonic() - begin < PATIENCE and not _ask(here, is_over):
        _keep(crew, 0.2)
    return monotonic() - begin


def _ask(here: Runtime, question: Callable[[], int]) -> int:
    with runtime.using(here), here.database.reading():
        return question()


def _nothing_left() -> bool:
    return session().scalar(select(func.count()).select_from(Promise)) == 0


def main() -> int:
    """Run once and say how it went; the exit code is 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.bulk")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wishes = parser.parse_args()
    report = run(wishes.files, wishes.kills, wishes.database, seed=wishes.seed)
    sys.stdout.write(f"{report}\n" + "".join(f"  {line}\n" for line in report.wrong))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
