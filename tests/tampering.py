"""What somebody does who owns the whole database: the guards of the journal are put away for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.runtime import Runtime

GUARDED = ("journal_entry", "journal_seal")


@contextmanager
def unguarded(here: Runtime) -> Iterator[Session]:
    """Open a transaction in which the journal can be changed; the guards stand again afterwards."""
    with here.database.transaction() as opened:
        put_back = _put_away_sqlite if here.database.is_sqlite else _put_away_postgresql
        after = put_back(opened)
        yield opened
        if not here.database.is_sqlite:
            # A table whose references are still to be checked cannot be altered.
            opened.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        for statement in after:
            opened.connection().exec_driver_sql(statement)


def _put_away_sqlite(opened: Session) -> list[str]:
    rows = opened.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%guard%'")
    ).all()
    assert len(rows) == 3 * len(GUARDED)
    for name, _sql in rows:
        opened.execute(text(f"DROP TRIGGER {name}"))
    return [sql for _name, sql in rows]


def _put_away_postgresql(opened: Session) -> list[str]:
    for table in GUARDED:
        opened.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_guard"))
    return [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_guard" for table in GUARDED]
