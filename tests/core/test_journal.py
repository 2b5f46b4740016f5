import pytest
from sqlalchemy import func, select

from app.core import clock, journal, outbox
from app.core.db import session
from app.core.journal import SYSTEM, Actor, Entry
from app.core.outbox import Promise
from app.core.runtime import Runtime

ABOUT = ("document", "0" * 26)


def count(table: type) -> int:
    return session().scalar(select(func.count()).select_from(table)) or 0


def test_an_announcement_is_an_entry_and_a_promise_to_react_to_it(here: Runtime) -> None:
    with here.database.transaction():
        entry = journal.announce("document.published", SYSTEM, organisation_id=None, about=ABOUT)
    with here.database.reading():
        found = journal.by_id(entry.id)
        promise = session().scalars(select(Promise)).one()
        assert found is not None
        assert (found.name, found.object_kind, found.object_id) == ("document.published", *ABOUT)
        assert (promise.task, promise.arguments) == (journal.REACT, {"entry": entry.id})
        assert outbox.due(10) == [promise.id]


def test_a_rollback_leaves_neither_entry_nor_promise(here: Runtime) -> None:
    def fail() -> None:
        with here.database.transaction() as opened:
            journal.announce("document.published", SYSTEM, organisation_id=None, about=ABOUT)
            opened.flush()
            assert (count(Entry), count(Promise)) == (1, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with here.database.reading():
        assert (count(Entry), count(Promise)) == (0, 0)


def test_a_record_promises_nothing(here: Runtime) -> None:
    with here.database.transaction():
        journal.record("document.opened", SYSTEM, organisation_id=None, about=ABOUT)
    with here.database.reading():
        assert (count(Entry), count(Promise)) == (1, 0)


def test_a_line_keeps_who_did_what_and_when(here: Runtime) -> None:
    anna = Actor("person", "1" * 26, "Anna Amsler")
    moment = clock.now()
    with clock.standing_at(moment), here.database.transaction():
        written = journal.record(
            "document.withdrawn",
            anna,
            organisation_id=None,
            about=ABOUT,
            version=2,
            reason="A wrong amount: 12 €",
            lines=[1, 2],
        )
    with here.database.reading():
        found = journal.by_id(written.id)
        assert found is not None
        assert found.at == moment
        assert (found.actor_kind, found.actor_id, found.actor_name) == (
            "person",
            anna.id,
            anna.name,
        )
        assert (found.version, found.data) == (
            2,
            {"reason": "A wrong amount: 12 €", "lines": [1, 2]},
        )


def test_the_newest_lines_come_first(here: Runtime) -> None:
    for name in ("document.taken_in", "document.published", "document.withdrawn"):
        with here.database.transaction():
            journal.record(name, SYSTEM, organisation_id=None, about=ABOUT)
        with here.database.transaction():
            journal.record(name, SYSTEM, organisation_id=None, about=("dispatch", ABOUT[1]))
    with here.database.reading():
        lines = [line.name for line in journal.about(*ABOUT)]
        assert sorted(lines) == ["document.published", "document.taken_in", "document.withdrawn"]
        assert len(journal.about(*ABOUT, limit=2)) == 2
