"""Whether anything was committed to a database since somebody last looked, without reading its tables."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from app.core.db import sqlite_module
from app.core.runtime import Runtime

MARK = {
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT pg_snapshot_xmax(pg_current_snapshot())::text",
}
"""What says something else after each commit of another connection that wrote.

SQLite: https://sqlite.org/pragma.html#pragma_data_version. PostgreSQL 16, 9.27.9: the first
transaction id that is not used yet; who only reads takes none.
"""


@contextmanager
def remembering(here: Runtime, read: Callable[[Runtime], str]) -> Iterator[Callable[[], str]]:
    """Hand out what returns `read(here)`, and reads again only after something was committed."""
    with _mark_of(here) as mark:
        known: dict[object, str] = {}

        def remembered() -> str:
            now = mark()
            if now not in known:
                known.clear()
                known[now] = read(here)
            return known[now]

        yield remembered


@contextmanager
def _mark_of(here: Runtime) -> Iterator[Callable[[], object]]:
    if here.database.is_sqlite:
        with closing(sqlite_module().connect(here.database.engine.url.database or "")) as file:
            yield lambda: file.execute(MARK["sqlite"]).fetchone()[0]
        return
    alone = here.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        yield lambda: connection.exec_driver_sql(MARK["postgresql"]).scalar_one()
