"""A worker is killed with SIGKILL while it unpacks or takes in a table: nothing lost, nothing twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.core.settings import PROJECT
from app.documents.models import Document
from app.intake.actions import tables, unpacking
from app.intake.models import IntakeItem, ItemState
from jobs import pump
from tests import cast, databases
from tests.both import installation
from tests.factories import BY
from tests.intake.packs import brought, csv, letters, row
from tests.jobs.processes import environment, eventually

NUMBERS = [f"N-{number}" for number in range(9)]
KILLED = """
import os, signal, sys
from app.core import outbox, runtime, settings
from app.core.storage import Storage
from app.documents.actions import keeping
from app.intake.actions import unpacking
from jobs import pump

owner, name, calls = {"put": (Storage, "put", 4), "promise": (outbox, "promise", 4),
                      "keep": (keeping, "keep", 5)}[sys.argv[1]]
real = getattr(owner, name)

def until_killed(*given, **named):
    global calls
    calls -= 1
    if not calls:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)

setattr(owner, name, until_killed)
unpacking.SLICE = 3
pump.work(runtime.build(settings.from_environment()), 60)
"""


def begin(here: Runtime) -> str:
    """Start a table of nine rows for a known customer."""
    with here.database.transaction():
        house = cast.found("lindenhof", "Haus Lindenhof")
        cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
        table = brought(house.id, csv(*map(row, NUMBERS)), letters(*NUMBERS))
        good = tables.planned(table).good
        return tables.start(table, good, BY, creates_customers=False).id


@pytest.mark.parametrize("place", ["put", "promise", "keep"])
@pytest.mark.parametrize("kind", databases.kinds())
def test_after_kill_9_the_rest_is_done_and_nothing_twice(
    kind: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SLICE", 3)
    with installation(kind, tmp_path, lease_seconds=2, retry_seconds=1) as here:
        intake_id = begin(here)
        died = subprocess.run(
            [sys.executable, "-c", KILLED, place],
            env=environment(here.settings),
            cwd=PROJECT,
            capture_output=True,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL, died.stderr.decode()
        assert done(here, intake_id) < len(NUMBERS)

        def finished() -> bool:
            pump.work(here, 5)
            return done(here, intake_id) == len(NUMBERS)

        eventually(finished, 60)
        with here.database.reading():
            numbers = session().scalars(select(Document.number).order_by(Document.number))
            assert list(numbers) == NUMBERS
            left = select(Promise.task).where(Promise.task.in_(["intake.unpack", "intake.take_in"]))
            assert session().scalars(left).all() == []


def done(here: Runtime, intake_id: str) -> int:
    """Return how many files have been taken in."""
    with here.database.reading():
        rows = select(func.count()).where(
            IntakeItem.intake_id == intake_id, IntakeItem.state == ItemState.TAKEN_IN
        )
        return session().scalar(rows) or 0
