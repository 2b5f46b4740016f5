"""The chain of the journal, on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from app.core import ids, journal, verification
from app.core.chain import INSTALLATION, Head, Seal
from app.core.db import session
from app.core.journal import SYSTEM, Entry
from app.core.runtime import Runtime
from app.core.verification import Walk
from tests.cast import found
from tests.tampering import unguarded

ABOUT = ("document", "0" * 26)


def write(number: int = 1, organisation_id: str | None = None) -> list[Entry]:
    return [
        journal.record(
            "test.wrote",
            SYSTEM,
            organisation_id=organisation_id,
            about=ABOUT,
            version=one,
            words=("ä", one),
            quota=0.1,
        )
        for one in range(1, number + 1)
    ]


def walked(here: Runtime, *wanted: str) -> Walk:
    return verification.verify(
        here.database, Walk(INSTALLATION, wanted=set(wanted)), lambda _n: None
    )


def seals(here: Runtime) -> list[Seal]:
    with here.database.reading():
        return list(session().scalars(select(Seal).order_by(Seal.sequence)))


@pytest.fixture
def five(here: Runtime) -> list[str]:
    """The ids of five sealed lines."""
    found = []
    for number in (2, 2, 1):
        with here.database.transaction():
            found += [one.id for one in write(number)]
    assert walked(here).broken is None
    return found


def test_every_line_is_sealed_in_the_order_of_writing(here: Runtime, five: list[str]) -> None:
    assert [(one.sequence, one.entry_id) for one in seals(here)] == list(enumerate(five, 1))
    walk = walked(here)
    with here.database.reading():
        (head,) = verification.heads()
    assert (walk.sequence, walk.hash) == (5, seals(here)[-1].hash) == (head.sequence, head.hash)


def test_what_was_taken_back_has_no_seal(here: Runtime) -> None:
    with here.database.transaction() as opened:
        (kept,) = write()
        inner = opened.begin_nested()
        write(2)
        opened.flush()
        inner.rollback()
    with here.database.transaction() as opened:
        write(3)
        opened.flush()
        opened.rollback()
    assert [one.entry_id for one in seals(here)] == [kept.id]
    assert walked(here).broken is None


def test_slices_meet_without_a_seam(here: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SLICE", 2)
    with here.database.transaction():
        write(6)
    told: list[int] = []
    walk = verification.verify(here.database, Walk(INSTALLATION), told.append)
    assert (walk.broken, walk.sequence, told) == (None, 6, [2, 4, 6])


@pytest.mark.parametrize("table", [Entry, Seal])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE", "REPLACE"])
def test_the_database_refuses_to_change_what_is_written(
    here: Runtime, five: list[str], table: type, verb: str
) -> None:
    name = table.__tablename__  # type: ignore[attr-defined]
    key = "id" if table is Entry else "entry_id"
    statement = {
        "UPDATE": f"UPDATE {name} SET {key} = {key} WHERE {key} = '{five[2]}'",
        "DELETE": f"DELETE FROM {name} WHERE {key} = '{five[2]}'",
        "TRUNCATE": f"TRUNCATE {name} CASCADE",
        "REPLACE": f"INSERT OR REPLACE INTO {name} SELECT * FROM {name} WHERE {key} = '{five[2]}'",
    }[verb]
    if verb == ("TRUNCATE" if here.database.is_sqlite else "REPLACE"):
        pytest.skip("only the other database knows it")
    with pytest.raises(DBAPIError, match="only ever added to"), here.database.transaction() as one:
        one.execute(text(statement))
    assert walked(here).broken is None


OTHERS: dict[str, Any] = {
    "id": "z" * 26,
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "organisation_id": None,
    "version": None,
    "data": {"words": ["ä", 2], "quota": 0.1000001},
}
"""Column → what a line is made to say; of all others, "x"."""


def columns(table: type) -> list[str]:
    return [column.name for column in table.__table__.columns]  # type: ignore[attr-defined]


def test_a_changed_line_is_found_whatever_of_it(here: Runtime, five: list[str]) -> None:
    tried = 0
    for column in sorted(set(columns(Entry)) - {"organisation_id", "id"}):
        for place in (0, 2, 4):
            mine = update(Entry).where(Entry.id == five[place])
            with here.database.reading():
                before = getattr(journal.by_id(five[place]), column)
            with unguarded(here) as opened:
                opened.execute(mine.values({column: OTHERS.get(column, "x")}))
            walk = walked(here)
            assert walk.sequence == place, column
            assert five[place] in (walk.broken or ""), column
            with unguarded(here) as opened:
                opened.execute(mine.values({column: before}))
            assert walked(here).broken is None
            tried += 1
    assert tried == 3 * (len(columns(Entry)) - 2)


def test_a_line_that_was_moved_to_another_house_is_found(here: Runtime) -> None:
    with here.database.transaction():
        mine, other = found("mine", "Mine").id, found("other", "Other").id
    with here.database.transaction():
        line = write(2, mine)[0].id
    with unguarded(here) as opened:
        opened.execute(update(Entry).where(Entry.id == line).values(organisation_id=other))
    for chain, sequence in ((mine, 1), (other, 1)):
        walk = verification.verify(here.database, Walk(chain), lambda _n: None)
        assert (walk.sequence, line in (walk.broken or "")) == (sequence, True)


def test_a_changed_seal_is_found_whatever_of_it(here: Runtime, five: list[str]) -> None:
    for values in ({"hash": "0" * 64}, {"sequence": 9}, {"organisation_id": "another"}):
        for place in (1, 3, 5):
            mine = update(Seal).where(Seal.entry_id == five[place - 1])
            before = seals(here)[place - 1]
            with unguarded(here) as opened:
                opened.execute(mine.values(values))
            assert walked(here).broken is not None, (values, place)
            assert walked(here).sequence == place - 1
            with unguarded(here) as opened:
                kept = {name: getattr(before, name) for name in values}
                opened.execute(mine.values(kept))
            assert walked(here).broken is None


def test_a_removed_line_is_found(here: Runtime, five: list[str]) -> None:
    with unguarded(here) as opened:
        opened.execute(delete(Seal).where(Seal.entry_id == five[2]))
        opened.execute(delete(Entry).where(Entry.id == five[2]))
    walk = walked(here)
    assert (walk.sequence, walk.broken) == (2, "Between 2 and 4 seals are missing.")


def test_two_lines_that_changed_places_are_found(here: Runtime, five: list[str]) -> None:
    swapped = {2: five[2], 3: five[1]}
    rows = [
        {"organisation_id": "", "sequence": one.sequence, "entry_id": entry, "hash": one.hash}
        for one in seals(here)
        if (entry := swapped.get(one.sequence)) is not None
    ]
    with unguarded(here) as opened:
        opened.execute(delete(Seal).where(Seal.sequence.in_((2, 3))))
        opened.execute(insert(Seal), rows)
    walk = walked(here)
    assert (walk.sequence, five[2] in (walk.broken or "")) == (1, True)


def test_a_line_past_the_chain_is_found(here: Runtime, five: list[str]) -> None:
    with here.database.transaction() as opened:
        known = opened.get_one(Entry, five[0])
        smuggled = {name: getattr(known, name) for name in columns(Entry)} | {"id": ids.new()}
        opened.execute(insert(Entry), [smuggled])
    walk = walked(here)
    assert walk.broken == f"Line {smuggled['id']} has no seal: it was written past the chain."


def test_a_tail_that_was_cut_off_is_found_by_the_head_that_was_kept(
    here: Runtime, five: list[str]
) -> None:
    kept = seals(here)[-1].hash
    with here.database.transaction():
        write(2)
    assert walked(here, kept).wanted == set(), "the chain has grown, what was kept is still in it"
    with unguarded(here) as opened:
        opened.execute(delete(Seal).where(Seal.sequence > 3))
        opened.execute(delete(Entry).where(Entry.id > five[2]))
    assert walked(here).broken == "After 3 the seals end too early."
    with unguarded(here) as opened:
        last = select(Seal.hash).where(Seal.sequence == 3).scalar_subquery()
        opened.execute(update(Head).values(sequence=3, hash=last))
    walk = walked(here, kept)
    assert (walk.broken, walk.wanted) == (None, {kept}), "without it nothing is to be seen"
