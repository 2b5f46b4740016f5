"""The database: one recipe for SQLite and PostgreSQL, one session at a time, one owner of commit.

The session is a context variable. Actions and queries use `session()`; only the owner of the
transaction (a request, a job, a command) opens it, with `Database.transaction` or `.reading`.
"""

import enum
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, cast

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    func,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

try:
    import pysqlite3
except ImportError:  # only built for some platforms
    pysqlite3 = None

SAFE_SQLITE = (3, 51, 3)
"""Older versions can corrupt a WAL database (the WAL-reset bug, fixed 13 March 2026)."""

POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "hide_parameters": True}
"""An error's message names no values: they are people's data, and messages end up in logs."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@event.listens_for(ForeignKeyConstraint, "after_parent_attach")
def _check_at_commit(constraint: ForeignKeyConstraint, _table: Table) -> None:
    """Check references at commit: rows of one transaction may be written in any order."""
    constraint.deferrable = True
    constraint.initially = "DEFERRED"


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC: timestamptz on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime: nobody knows what moment it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware datetime whatever the database keeps."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table inherits: names of constraints, moments in UTC, enums as checked words."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: Moment(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda words: [word.value for word in words],
        ),
    }


@event.listens_for(Column, "after_parent_attach")
def _check_length(column: Column[Any], table: Table) -> None:
    """Make SQLite as strict as PostgreSQL about the length of text."""
    kind: Any = column.type
    # Alembic copies tables: a copy has its constraints from the original.
    is_ours = isinstance(table, Table) and table.metadata is Base.metadata
    if is_ours and type(kind) is String and kind.length:
        name = f"{column.name}_length"
        # Without _autoattach=False the constraint would attach itself a second time.
        limit = CheckConstraint(func.length(column) <= kind.length, name=name, _autoattach=False)
        table.append_constraint(limit)


def sortable(length: int) -> String:
    """Text that both databases sort by code point, so that an index serves prefixes and pages."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


_session: ContextVar[Session | None] = ContextVar("session", default=None)


def session() -> Session:
    """Return the session of the transaction that is open now; raises `RuntimeError` without one."""
    found = _session.get()
    if found is None:
        raise RuntimeError("no transaction is open")
    return found


LAST = "last"
"""In a session's `info`: what is done just before its commit."""


def before_commit(work: Callable[[], None]) -> None:
    """Have `work` done once at the very end of the transaction that is open, however often asked."""
    session().info.setdefault(LAST, {})[work] = None


def insert(table: type[Base]) -> sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT, in the words of the database at work.

    Both databases write it alike; SQLAlchemy has a class for each.
    """
    if session().get_bind().dialect.name == "postgresql":
        return cast(sqlite.Insert, postgresql.insert(table))
    return sqlite.insert(table)


class Database:
    """One database: hands out transactions, and is the only place that commits."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._reader = self.engine.execution_options(reading=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction that may write; commit at the end, roll back on any exception."""
        with self._opened(self.engine) as opened:
            yield opened
            for work in opened.info.pop(LAST, {}):
                work()
            opened.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that cannot write: it takes no lock that a writer waits for."""
        with self._opened(self._reader) as opened:
            yield opened

    @contextmanager
    def _opened(self, engine: Engine) -> Iterator[Session]:
        if _session.get() is not None:
            raise RuntimeError("a transaction is open already: it has one owner")
        with Session(engine, expire_on_commit=False) as opened:
            token = _session.set(opened)
            try:
                yield opened
            finally:
                _session.reset(token)

    def forget_connections(self) -> None:
        """Drop inherited connections after a fork without closing the parent's."""
        self.engine.dispose(close=False)

    @property
    def is_sqlite(self) -> bool:
        """True for SQLite."""
        return self.engine.dialect.name == "sqlite"


def sqlite_module() -> ModuleType:
    """Return the SQLite driver: the interpreter's own, or a newer one where that is not safe."""
    if sqlite3.sqlite_version_info < SAFE_SQLITE and pysqlite3 is not None:
        return pysqlite3.dbapi2  # type: ignore[no-any-return]
    return sqlite3


def sqlite_is_safe() -> bool:
    """Say whether the SQLite in use is free of the WAL-reset bug."""
    version: tuple[int, ...] = sqlite_module().sqlite_version_info
    return version >= SAFE_SQLITE


def _engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, module=sqlite_module(), **POOL)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _end_sqlite)
        return engine
    engine = create_engine(url, pool_pre_ping=True, **POOL)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "busy_timeout=30000",
        "synchronous=FULL",  # a power cut must not forget that a mail was being sent
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where a write may come: a later upgrade could only fail."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _end_sqlite(connection: Any, _record: object) -> None:
    """Roll back what a failed COMMIT leaves open: it would hold the write lock for ever."""
    if connection is not None and connection.in_transaction:
        connection.rollback()


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
