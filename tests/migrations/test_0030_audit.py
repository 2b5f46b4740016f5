"""Lines of before are sealed as if they had always been; addresses that stood in them can be forgotten."""

from pathlib import Path

from alembic import command
from sqlalchemy import insert, select

from app.commands import migrations
from app.core import clock, ids, journal, runtime, verification
from app.core.chain import INSTALLATION
from app.core.journal import SYSTEM, Entry, Origin
from app.core.verification import Walk
from tests import cast, databases
from tests.installation import build

LINES = 12


def line(number: int, organisation_id: str) -> dict[str, object]:
    failed = number % 3 == 0
    return {
        "id": ids.new(),
        "at": clock.now(),
        "organisation_id": organisation_id if number % 2 else None,
        "name": "person.sign_in_failed" if failed else "document.published",
        "actor_kind": "person",
        "actor_id": "a",
        "actor_name": "Ärger",
        "object_kind": "person",
        "object_id": "b",
        "version": number or None,
        "data": {"address": "203.0.113.7"} if failed else {"b": [1, {"z": "é", "a": 0.1}]},
    }


def test_lines_of_before_are_sealed(tmp_path: Path) -> None:
    url = databases.fresh_database(databases.chosen(), tmp_path)
    here = build(tmp_path, database_url=url)
    with runtime.using(here):
        with here.database.transaction():
            house = cast.found("lindenhof", "Haus Lindenhof").id
        here.database.engine.dispose()
        command.downgrade(migrations(url), "0023")
        with here.database.transaction() as opened:
            opened.execute(insert(Entry), [line(number, house) for number in range(LINES)])
        here.database.engine.dispose()
        command.upgrade(migrations(url), "head")
        with here.database.transaction() as opened:
            journal.record("test.wrote", SYSTEM, organisation_id=house, about=("test", "c"))
            origins = opened.scalars(select(Origin.address)).all()
            failed = select(Entry.data).where(Entry.name == "person.sign_in_failed")
            assert opened.scalars(failed).all() == [{}] * 4
        assert origins == ["203.0.113.7"] * 4
        walks = [
            verification.verify(here.database, Walk(one), lambda _n: None)
            for one in (house, INSTALLATION)
        ]
        assert [(walk.broken, walk.sequence) for walk in walks] == [(None, 8), (None, 6)]
        here.database.engine.dispose()
    databases.drop_database(url)
