"""An installation on each kind of database, for tests of what the databases do differently."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.core import runtime
from app.core.runtime import Runtime
from tests import databases
from tests.installation import build


@contextmanager
def installation(kind: str, folder: Path, **changes: Any) -> Iterator[Runtime]:
    """Work with a new installation on a database of `kind`; skips where PostgreSQL is absent.

    Where `KONTOR_TEST_DATABASE` asks for it, its absence is a failure.
    """
    try:
        url = databases.fresh_database(kind, folder)
    except databases.Absent as absent:
        if databases.kinds() == databases.KINDS:
            pytest.skip(str(absent))
        raise
    one = build(folder, database_url=url, **changes)
    try:
        with runtime.using(one):
            yield one
    finally:
        one.database.engine.dispose()
        databases.drop_database(url)


@pytest.fixture(params=databases.kinds())
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runtime]:
    """An installation at work, on each kind of database in turn."""
    with installation(request.param, tmp_path) as one:
        yield one
