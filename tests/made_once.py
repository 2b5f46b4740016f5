"""What every test would make anew and nobody changes: rules of addresses, templates, SQL, pages' checks.

A test builds the portal and opens its database anew, and so begins where a process does. What a
process reads once from code that is the same for all is kept here for the tests of one process.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from app.core import db

STATEMENTS = 5000
"""How many statements are kept; a process of production keeps 500 (SQLAlchemy, SQL Compilation Caching)."""
READ = ("_parts", "_trace", "_converters", "arguments")
"""What Werkzeug reads from a rule's text, beside the functions that build addresses."""
BUILDERS = ("_build", "_build_unknown")


@contextmanager
def in_this_process(folder: Path) -> Iterator[None]:
    """Keep what is made once; compiled templates lie in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Flask, "jinja_options", {"bytecode_cache": FileSystemBytecodeCache(str(folder))}
        )
        patch.setattr(Rule, "compile", _reading_once(Rule.compile))
        patch.setattr(db, "_engine", _compiling_once(db._engine))
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            # A statement is kept by its dialect: two engines on one kind of database speak the same.
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


def _reading_once(read: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """Read a rule's text once, and once make the functions that build addresses after it."""
    known: dict[tuple[object, ...], dict[str, Any]] = {}

    def once(rule: Rule) -> None:
        assert rule.map is not None
        converters = tuple(sorted((name, id(kind)) for name, kind in rule.map.converters.items()))
        said = (rule.rule, rule.subdomain, rule.merge_slashes, repr(rule.defaults), converters)
        if said not in known:
            read(rule)
            known[said] = {name: getattr(rule, name) for name in READ}
            known[said] |= {name: getattr(rule, name).__func__ for name in BUILDERS}
        for name in READ:
            setattr(rule, name, known[said][name])
        for name in BUILDERS:
            setattr(rule, name, known[said][name].__get__(rule, None))

    return once


def _compiling_once(opened: Callable[[str], Engine]) -> Callable[[str], Engine]:
    """Let all engines keep the SQL that statements become in one place, as one engine does."""
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def engine(url: str) -> Engine:
        one = opened(url)
        one.update_execution_options(compiled_cache=compiled)
        if one.dialect.name == "sqlite" and not _durable.get():
            event.listen(one, "connect", _forget)
        return one

    return engine


_durable: ContextVar[bool] = ContextVar("durable", default=False)


@contextmanager
def durable() -> Iterator[None]:
    """Let what is opened within a block survive a power cut, as in life."""
    token = _durable.set(True)
    try:
        yield
    finally:
        _durable.reset(token)


def _forget(connection: Any, _record: object) -> None:
    """Do not wait for the disk, as PostgreSQL does not in tests: a process may end, no machine does."""
    connection.execute("PRAGMA synchronous=OFF")
