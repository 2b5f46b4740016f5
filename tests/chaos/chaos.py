"""`python -m tests.chaos.chaos --kills 60 --database sqlite`: kill at random, then look for losses.

Web, relay, two workers and Redis are killed with SIGKILL while staff publish through the web; the
mail server loses some answers and puts some mails off. In the end nothing is lost, nothing stuck.
"""

import argparse
import random
import shutil
import socket
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import func, select

from app.core import broker, runtime
from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.demo.catcher import Behaviour, Catcher
from tests.both import installation
from tests.chaos import stage, verdict
from tests.chaos.crew import Crew
from tests.chaos.load import Load
from tests.chaos.verdict import Verdict

PAUSES = (0.1, 0.9)
"""Seconds between two kills."""
DOCUMENTS_PER_KILL = 6
FAULTS = 0.03
"""How often the mail server loses the answer to what it kept, and how often it puts a mail off."""
SLOWNESS = 0.1
"""Seconds that a mail takes at most: so that many kills hit in the middle of one."""
PATIENCE = 150.0
"""Seconds to finish when nobody is killed any more."""
LEASE, RETRY = 3, 1


class Faults:
    """What the mail server does to whom; counted."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count: Counter[str] = Counter()

    def __call__(self, _recipient: str) -> Behaviour:
        """Choose for one mail."""
        place = self.chance.random()
        if place < FAULTS:
            self.count["lost"] += 1
            return Behaviour(cut="kept")
        if place < 2 * FAULTS:
            self.count["refused"] += 1
            return Behaviour(to_recipient="451 4.3.2 Try again in a moment")
        return Behaviour(delay=self.chance.uniform(0, SLOWNESS))


@dataclass(frozen=True)
class Report:
    """How a run went."""

    title: str
    hits: Counter[str]
    wipes: int
    seconds: float
    drained_in: float
    load: Load
    faults: Counter[str]
    verdict: Verdict

    @property
    def kills(self) -> int:
        """Return how many living processes were hit."""
        return self.hits.total()

    @property
    def wrong(self) -> list[str]:
        """Return everything that must not be; a run that did no work is wrong too."""
        idle = [] if self.verdict.published else ["nothing was published"]
        asked, done = len(self.load.stage.documents), len(self.load.acknowledged)
        short = [f"only {done} of {asked} were acknowledged"] if done < asked else []
        return [*idle, *short, *self.load.errors[:3], *self.verdict.wrong]

    def __str__(self) -> str:
        """Return the run in one line."""
        one = self.verdict
        hits = ", ".join(f"{name} {count}" for name, count in sorted(self.hits.items()))
        return (
            f"{self.title}: {self.kills} kills ({hits}; {self.wipes} wipes) in {self.seconds:.0f} s;"
            f" {one.published} documents, {one.dispatches} dispatches, {one.attempts} attempts;"
            f" {self.load.repeated} requests repeated, {self.faults['lost']} answers lost,"
            f" {self.faults['refused']} put off; drained in {self.drained_in:.1f} s;"
            f" {one.raw_duplicates} raw duplicates; wrong: {len(self.wrong)}"
        )


def run(kills: int, database: str, *, with_redis: bool = True, seed: int = 1) -> Report:
    """Run one chaos in a temporary folder, which stays where something is wrong."""
    # Not below pytest's folder: a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="kontor-chaos-"))
    chance = random.Random(seed)
    faults = Faults(random.Random(seed))
    title = f"chaos on {database}{'' if with_redis else ' without Redis'}, seed {seed}"
    with (
        Catcher(folder / "mails", choice=faults) as catcher,
        installation(database, folder, lease_seconds=LEASE, retry_seconds=RETRY) as here,
    ):
        documents = stage.prepare(here, kills * DOCUMENTS_PER_KILL)
        crew = _crew(here, catcher, folder, chance, with_redis=with_redis)
        rate = len(documents.documents) / (kills * sum(PAUSES) / 2) / 2
        load = Load(here, documents, crew.port, rate)
        begin = monotonic()
        try:
            seconds = _attack(crew, load, kills)
            drained_in = _drain(here, crew, load)
        finally:
            crew.end()
        found = verdict.judge(here, load.acknowledged, folder / "mails")
    report = Report(
        title, crew.hits, crew.wipes, seconds or monotonic() - begin, drained_in, load,
        faults.count, found,
    )  # fmt: skip
    if not report.wrong:
        shutil.rmtree(folder)
    return report


def _crew(
    here: Runtime, catcher: Catcher, folder: Path, chance: random.Random, *, with_redis: bool
) -> Crew:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    redis = folder / "redis" if with_redis else None
    settings = replace(
        here.settings,
        redis_url=broker.url(redis) if redis else None,
        mail_url=catcher.url,
        base_url=f"http://127.0.0.1:{port}",
        log_level="WARNING",
    )
    return Crew(settings, folder, port, chance, redis)


def _attack(crew: Crew, load: Load, kills: int) -> float:
    """Kill until `kills` living processes were hit; returns how long that took."""
    begin = monotonic()
    _await_web(crew)
    crew.cradle = monotonic() - begin
    load.start()
    begin = monotonic()
    while crew.hits.total() < kills:
        until = monotonic() + crew.chance.uniform(*PAUSES)
        while monotonic() < until:
            crew.keep_running()
            sleep(0.02)
        crew.strike()
    return monotonic() - begin


def _await_web(crew: Crew) -> None:
    last = monotonic() + PATIENCE
    while monotonic() < last:
        crew.keep_running()
        try:
            socket.create_connection(("127.0.0.1", crew.port), 1).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise RuntimeError((crew.folder / "web.log").read_text()[-2000:])


def _drain(here: Runtime, crew: Crew, load: Load) -> float:
    begin = monotonic()
    load.rate = 1000
    while monotonic() - begin < PATIENCE:
        crew.keep_running()
        if load.is_done() and _left(here) == 0:
            return monotonic() - begin
        sleep(0.1)
    return PATIENCE


def _left(here: Runtime) -> int:
    with runtime.using(here), here.database.reading():
        return session().scalar(select(func.count()).select_from(Promise)) or 0


def main() -> int:
    """Run once and say how it went; the exit code is 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.chaos")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--redis", choices=["own", "none"], default="own")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    wishes = parser.parse_args()
    report = run(wishes.kills, wishes.database, with_redis=wishes.redis == "own", seed=wishes.seed)
    sys.stdout.write(f"{report}\n" + "".join(f"  {line}\n" for line in report.wrong))
    return 1 if report.wrong or report.kills < wishes.kills else 0


if __name__ == "__main__":
    sys.exit(main())
