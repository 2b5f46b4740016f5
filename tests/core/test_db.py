import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Enum, String, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.core import clock, ids, outbox
from app.core.counters import Counter
from app.core.db import Base, Database, session
from app.core.inbox import Message
from app.core.outbox import Promise
from app.core.runtime import Runtime
from tests import databases, made_once


def counter(key: str, count: int = 0) -> Counter:
    return Counter(key=key, count=count, ends_at=clock.now())


def value(here: Runtime, key: str) -> int | None:
    with here.database.reading():
        return session().scalar(select(Counter.count).where(Counter.key == key))


def test_a_transaction_commits_at_its_end(here: Runtime) -> None:
    with here.database.transaction() as opened:
        opened.add(counter("one", 7))
    assert value(here, "one") == 7


def test_an_exception_rolls_everything_back(here: Runtime) -> None:
    def fail() -> None:
        with here.database.transaction() as opened:
            opened.add(counter("one"))
            opened.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert value(here, "one") is None


def test_a_reading_transaction_cannot_write(here: Runtime) -> None:
    with here.database.transaction() as opened:
        opened.add(counter("one", 1))
    with pytest.raises(DBAPIError, match=r"read-?only"), here.database.reading() as opened:
        opened.execute(update(Counter).values(count=2))
    with pytest.raises(DBAPIError, match=r"read-?only"), here.database.reading() as opened:
        opened.execute(insert(Counter).values(key="two", count=2, ends_at=clock.now()))
    assert (value(here, "one"), value(here, "two")) == (1, None)


def test_the_next_transaction_on_the_same_connection_may_write(here: Runtime) -> None:
    for number in range(30):
        assert value(here, f"key {number}") is None
        with here.database.transaction() as opened:
            opened.add(counter(f"key {number}"))
        assert value(here, f"key {number}") == 0


def test_what_is_written_while_reading_is_refused_even_where_nobody_flushed(here: Runtime) -> None:
    with here.database.reading() as opened:
        opened.add(counter("one"))
    assert value(here, "one") is None


def test_there_is_one_transaction_and_it_has_one_owner(here: Runtime) -> None:
    with here.database.transaction() as opened:
        assert session() is opened
        with pytest.raises(RuntimeError, match="one owner"), here.database.reading():
            pass
        with pytest.raises(RuntimeError, match="one owner"), here.database.transaction():
            pass
        assert session() is opened
    with pytest.raises(RuntimeError, match="no transaction"):
        session()


def test_a_thread_has_a_transaction_of_its_own(here: Runtime) -> None:
    said: list[str] = []

    def other() -> None:
        try:
            session()
        except RuntimeError as error:
            said.append(str(error))

    with here.database.transaction():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert said == ["no transaction is open"]


def test_a_reader_does_not_wait_for_a_writer(here: Runtime) -> None:
    seen: list[int | None] = []
    with here.database.transaction() as opened:
        opened.add(counter("one"))
        opened.flush()
        thread = threading.Thread(target=lambda: seen.append(value(here, "one")))
        thread.start()
        thread.join(timeout=20)
    assert seen == [None]
    assert value(here, "one") == 0


def test_a_moment_comes_back_in_utc(here: Runtime) -> None:
    zurich = timezone(timedelta(hours=2))
    moment = datetime(2026, 7, 1, 14, 30, 0, 123456, tzinfo=zurich)
    with here.database.transaction() as opened:
        opened.add(Counter(key="one", count=0, ends_at=moment))
    with here.database.reading():
        found = session().scalars(select(Counter.ends_at)).one()
        assert found == moment
        assert found.utcoffset() == timedelta(0)
        same = select(Counter.key).where(Counter.ends_at == moment.astimezone(zurich))
        assert session().scalar(same) == "one"


def test_moments_are_ordered_whatever_zone_they_were_given_in(here: Runtime) -> None:
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))
    early = datetime(2026, 7, 2, 1, 0, tzinfo=east)
    late = datetime(2026, 7, 1, 23, 0, tzinfo=west)
    with here.database.transaction() as opened:
        opened.add_all([Counter(key="late", count=0, ends_at=late)])
        opened.add_all([Counter(key="early", count=0, ends_at=early)])
    with here.database.reading():
        rows = session().scalars(select(Counter.key).order_by(Counter.ends_at))
        assert list(rows) == ["early", "late"]


def test_a_naive_moment_is_refused(here: Runtime) -> None:
    naive = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - the very thing that is refused
    with pytest.raises(StatementError, match="time zone"), here.database.transaction() as opened:
        opened.add(Counter(key="one", count=0, ends_at=naive))
    with pytest.raises(StatementError, match="time zone"), here.database.reading():
        session().scalar(select(Counter.key).where(Counter.ends_at < naive))


def test_text_over_its_length_is_refused(here: Runtime) -> None:
    with here.database.transaction() as opened:
        opened.add(counter("ü" * 200))
    with pytest.raises(DBAPIError), here.database.transaction() as opened:
        opened.add(counter("x" * 201))
    assert value(here, "x" * 201) is None


def test_a_reference_to_nothing_is_refused_at_commit(here: Runtime) -> None:
    written = []

    def refer_to_nothing() -> None:
        with here.database.transaction() as opened:
            outbox.promise("a.task", organisation_id=ids.new())
            opened.flush()
            written.append(opened.scalar(select(func.count()).select_from(Promise)))

    with pytest.raises(IntegrityError):
        refer_to_nothing()
    assert written == [1]
    with here.database.reading() as opened:
        assert opened.scalar(select(func.count()).select_from(Promise)) == 0


def test_a_commit_that_was_refused_keeps_no_lock(here: Runtime) -> None:
    with pytest.raises(IntegrityError), here.database.transaction():
        outbox.promise("a.task", organisation_id=ids.new())
    other = Database(here.settings.database_url)
    with other.transaction() as opened:
        opened.add(counter("one"))
    other.engine.dispose()
    with here.database.transaction() as opened:
        opened.add(counter("two"))
    assert (value(here, "one"), value(here, "two")) == (0, 0)


def test_two_rows_with_one_key_are_refused(here: Runtime) -> None:
    def message() -> Message:
        return Message(id=ids.new(), source="s", key="k", raw=b"", received_at=clock.now())

    with here.database.transaction() as opened:
        opened.add(message())
    with pytest.raises(IntegrityError), here.database.transaction() as opened:
        opened.add(message())


def test_a_savepoint_that_fails_leaves_the_transaction_usable(here: Runtime) -> None:
    with here.database.transaction() as opened:
        opened.add(counter("one"))
        with pytest.raises(IntegrityError), opened.begin_nested():
            opened.execute(text("INSERT INTO counter (key, count) VALUES ('two', 1)"))
        opened.add(counter("three"))
    assert (value(here, "one"), value(here, "two"), value(here, "three")) == (0, None, 0)


def test_sqlite_is_durable_strict_and_patient(tmp_path: Path) -> None:
    with made_once.durable():
        database = Database(databases.fresh_database("sqlite", tmp_path))
    with database.transaction() as opened:
        found = {
            name: opened.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
        patience = opened.scalar(text("PRAGMA busy_timeout"))
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
    assert patience >= 10_000
    database.engine.dispose()


def test_sqlite_takes_the_write_lock_before_the_first_statement(here: Runtime) -> None:
    if not here.database.is_sqlite:
        pytest.skip("PostgreSQL locks rows")
    began = threading.Event()
    order: list[str] = []

    def other() -> None:
        with here.database.transaction() as opened:
            began.set()
            opened.scalar(select(Counter.count))
            order.append("second")

    with here.database.transaction() as opened:
        opened.scalar(select(Counter.count))
        thread = threading.Thread(target=other)
        thread.start()
        assert began.wait(timeout=20)
        opened.add(counter("one"))
        opened.flush()
        order.append("first")
    thread.join(timeout=60)
    assert order == ["first", "second"]


def test_every_length_and_every_list_of_words_is_checked_by_the_migrated_database(
    here: Runtime,
) -> None:
    """SQLite knows neither lengths nor enums: without a CHECK it would take anything."""
    inspector = inspect(here.database.engine)
    wanted, missing = 0, []
    for table in Base.metadata.sorted_tables:
        checks = [check["sqltext"] for check in inspector.get_check_constraints(table.name)]
        for column in table.columns:
            kind = column.type
            # What refers to an id is as long as the id.
            if type(kind) not in (String, Enum) or column.foreign_keys:
                continue
            wanted += 1
            words = kind.enums if isinstance(kind, Enum) else ["length"]
            if not any(
                column.name in check and all(word in check for word in words) for check in checks
            ):
                missing.append(f"{table.name}.{column.name}")
    assert wanted > 50
    assert missing == []
