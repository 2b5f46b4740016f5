"""A worker is killed with SIGKILL while it writes a pack: repeated and finished, never half a file."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from app.core.db import session
from app.core.errors import Missing
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.evidence import queries
from app.evidence.actions import asking
from app.evidence.models import EvidencePack
from app.evidence.rules import State
from app.organisations.rules import MemberRole
from jobs import pump
from tests import cast, databases, factories
from tests.both import installation
from tests.jobs.processes import eventually, kill_pump_at

PLACES = {
    "add": ("app.bundles.formats.archive:Archive", "add", 5),
    "keep": ("app.core.storage:Storage", "keep", 1),
    "finish": ("app.evidence.actions.asking", "finish", 1),
}


def begin(here: Runtime) -> tuple[str, str]:
    """Ask for the evidence of an invoice; returns the pack's id and the organisation's."""
    with here.database.transaction():
        house = cast.found("lindenhof", "Haus Lindenhof")
        keller = cast.customer(house, "K-1", "Ruth Keller", None)
        ben = cast.member(house, "Ben Brunner", MemberRole.STAFF)
        invoice = factories.invoice_for(keller, "2026-0412")
        session().flush()
        one = asking.ask(cast.staff(ben), invoice, with_internal=False)
        session().execute(Promise.__table__.delete().where(Promise.task != asking.MAKE))  # type: ignore[attr-defined]
        return one.id, house.id


def pack(here: Runtime, pack_id: str) -> EvidencePack:
    with here.database.reading():
        one = queries.by_id(pack_id)
        assert one is not None
        return one


@pytest.mark.parametrize("place", ["add", "keep", "finish"])
@pytest.mark.parametrize("kind", databases.kinds())
def test_after_kill_9_the_pack_is_whole_or_not_there(kind: str, place: str, tmp_path: Path) -> None:
    with installation(kind, tmp_path, lease_seconds=2, retry_seconds=1) as here:
        pack_id, house_id = begin(here)
        kill_pump_at(here.settings, *PLACES[place])
        assert pack(here, pack_id).state is State.WAITING
        if place != "finish":
            with pytest.raises(Missing):
                here.storage.read(house_id, pack_id)

        def finished() -> bool:
            pump.work(here, 5)
            return pack(here, pack_id).state is State.DONE

        eventually(finished, 60)
        content, one = here.storage.read(house_id, pack_id), pack(here, pack_id)
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.testzip() is None
        assert (one.done, one.size) == (len(archive.namelist()), len(content))
        assert one.sha256 == hashlib.sha256(content).hexdigest()
