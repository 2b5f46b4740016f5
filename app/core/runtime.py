"""What a running installation has at hand: settings, database, files, mail. Made once, passed by context.

Actions ask `current()` for it, so that a request, a job and a command use the same objects without
handing them through every call, and two installations can live in one test process.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from app.core.db import Database, sqlite_is_safe
from app.core.settings import Settings
from app.core.storage import Storage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of one installation that outlive a request."""

    settings: Settings
    database: Database
    storage: Storage


_current: ContextVar[Runtime] = ContextVar("runtime")


def build(settings: Settings) -> Runtime:
    """Open what `settings` name; folders are made, nothing is migrated."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.runtime_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.database_url.startswith("sqlite") and not sqlite_is_safe():
        logger.warning("this SQLite can corrupt a database in rare cases; see docs/operations.md")
    return Runtime(settings, Database(settings.database_url), Storage(settings.storage_url))


def current() -> Runtime:
    """Return the installation at work; raises `LookupError` outside of one."""
    return _current.get()


@contextmanager
def using(runtime: Runtime) -> Iterator[Runtime]:
    """Work with `runtime` within a block."""
    token = _current.set(runtime)
    try:
        yield runtime
    finally:
        _current.reset(token)
