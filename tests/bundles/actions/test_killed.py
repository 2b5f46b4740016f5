"""A worker is killed with SIGKILL while it writes a ZIP: repeated and finished, never half a file."""

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.bundles import queries, rules
from app.bundles.actions import asking
from app.bundles.models import BundleDocument
from app.bundles.rules import Pattern, State
from app.core.db import session
from app.core.errors import Missing
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.documents.queries import Filters
from app.organisations.rules import MemberRole
from jobs import pump
from tests import cast, databases, factories
from tests.both import installation
from tests.jobs.processes import eventually, kill_pump_at

NUMBERS = [f"N-{number}" for number in range(9)]
PLACES = {
    "add": ("app.bundles.formats.archive:Archive", "add", 5),
    "keep": ("app.core.storage:Storage", "keep", 1),
    "finish": ("app.bundles.actions.asking", "finish", 1),
}


def begin(here: Runtime) -> tuple[str, str]:
    """Ask for a ZIP of nine invoices; returns its id and the organisation's."""
    with here.database.transaction():
        house = cast.found("lindenhof", "Haus Lindenhof")
        keller = cast.customer(house, "K-1", "Ruth Keller", None)
        ben = cast.member(house, "Ben Brunner", MemberRole.STAFF)
        for number in NUMBERS:
            factories.invoice_for(keller, number)
        session().flush()
        one = asking.ask(cast.staff(ben), Filters(), (), Pattern.NUMBER, with_internal=False)
        session().execute(Promise.__table__.delete().where(Promise.task != asking.MAKE))  # type: ignore[attr-defined]
        return one.id, house.id


@pytest.mark.parametrize("place", ["add", "keep", "finish"])
@pytest.mark.parametrize("kind", databases.kinds())
def test_after_kill_9_the_zip_is_whole_or_not_there(
    kind: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CHUNK", 3)
    with installation(kind, tmp_path, lease_seconds=2, retry_seconds=1) as here:
        bundle_id, house_id = begin(here)
        kill_pump_at(here.settings, *PLACES[place])
        assert state(here, bundle_id) is State.WAITING
        if place != "finish":
            with pytest.raises(Missing):
                here.storage.read(house_id, bundle_id)

        def finished() -> bool:
            pump.work(here, 5)
            return state(here, bundle_id) is State.DONE

        eventually(finished, 60)
        content = here.storage.read(house_id, bundle_id)
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            "N-0.xml",
            *(f"{one}.xml" for one in NUMBERS[1:]),
            "index.csv",
        ]
        with here.database.reading():
            one = queries.by_id(bundle_id)
            assert one is not None
            assert (one.done, one.size) == (9, len(content))
            rows = select(func.count()).where(BundleDocument.bundle_id == bundle_id)
            assert session().scalar(rows) == 9


def state(here: Runtime, bundle_id: str) -> State:
    with here.database.reading():
        one = queries.by_id(bundle_id)
        assert one is not None
        return one.state
