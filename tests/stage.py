"""The cast's stage, set once and copied: setting it takes longer than most tests."""

import atexit
import os
import pickle
import shutil
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from app.core.runtime import Runtime
from tests import databases
from tests.cast import Cast, set_the_stage

FRESH = 20.0
"""Seconds after which it is set anew: a session that was not seen for a minute is written to."""


@dataclass(frozen=True)
class _Kept:
    """A stage as it was when it was set."""

    cast: bytes
    database: str
    """Path of a SQLite file, or name of a database to copy."""
    files: Path
    at: float


_kept: dict[str, _Kept] = {}
_copies: dict[str, _Kept] = {}
"""URLs of databases that are copies of a stage from the beginning."""
_numbers = count(1)


def database(folder: Path) -> str:
    """Return the URL of a new database for `on_stage`: a copy of the stage where one is set."""
    kind = databases.chosen()
    known = _known(kind)
    url = databases.fresh_database(kind, folder, None if known is None else known.database)
    if known is not None:
        _copies[url] = known
    return url


def on_stage(here: Runtime) -> Cast:
    """Put everybody and everything into an empty installation, and return the cast."""
    kind = "sqlite" if here.database.is_sqlite else "postgresql"
    copied = _copies.pop(here.settings.database_url, None)
    if copied is not None:
        return _with_files(here, copied)
    known = _known(kind)
    if known is not None:
        return _copied(here, known)
    with here.database.transaction():
        cast = set_the_stage()
    _kept[kind] = _keep(here, cast)
    return cast


def _known(kind: str) -> _Kept | None:
    known = _kept.get(kind)
    return known if known is not None and monotonic() - known.at < FRESH else None


def _keep(here: Runtime, cast: Cast) -> _Kept:
    folder = Path(tempfile.mkdtemp(prefix="kontor-stage-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if here.database.is_sqlite:
        database = str(folder / "stage.db")
        connection = here.database.engine.raw_connection()
        try:
            connection.driver_connection.execute("VACUUM INTO ?", [database])  # type: ignore[union-attr]
        finally:
            connection.close()
        databases.keep_a_log(Path(database))
    else:
        here.database.engine.dispose()
        database = f"stage_{next(_numbers)}"
        databases.copy_database(here.settings.database_url, database)
    files = folder / "files"
    _link(_files(here), files)
    return _Kept(pickle.dumps(cast), database, files, monotonic())


def _copied(here: Runtime, known: _Kept) -> Cast:
    here.database.engine.dispose()
    url = here.settings.database_url
    if here.database.is_sqlite:
        path = Path(url.removeprefix("sqlite:///"))
        for beside in (f"{path}-wal", f"{path}-shm"):
            Path(beside).unlink(missing_ok=True)
        shutil.copyfile(known.database, path)
    else:
        databases.replace_database(url, known.database)
    return _with_files(here, known)


def _with_files(here: Runtime, known: _Kept) -> Cast:
    _link(known.files, _files(here))
    cast: Cast = pickle.loads(known.cast)
    return cast


def _files(here: Runtime) -> Path:
    return Path(urlsplit(here.settings.storage_url).path)


def _link(source: Path, target: Path) -> None:
    """Let the files of one folder be in another too: nothing in a store is ever changed."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True)
