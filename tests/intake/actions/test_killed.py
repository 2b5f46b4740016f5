"""A worker is killed with SIGKILL while it unpacks or takes in a table: nothing lost, nothing twice."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.documents.models import Document
from app.intake.actions import tables, unpacking
from app.intake.models import IntakeItem, ItemState
from jobs import pump
from tests import cast, databases
from tests.both import installation
from tests.factories import BY
from tests.intake.packs import brought, csv, letters, row
from tests.jobs.processes import eventually, kill_pump_at

NUMBERS = [f"N-{number}" for number in range(9)]
PLACES = {
    "put": ("app.core.storage:Storage", "put", 4),
    "promise": ("app.core.outbox", "promise", 4),
    "keep": ("app.documents.actions.keeping", "keep", 5),
}
SLICE = "app.intake.actions.unpacking.SLICE=3"


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
        kill_pump_at(here.settings, *PLACES[place], SLICE)
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
