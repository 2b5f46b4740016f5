import stat
from contextvars import Context
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core import runtime
from app.core.db import session
from app.core.runtime import Runtime
from tests.installation import test_settings


def test_outside_of_an_installation_there_is_none() -> None:
    with pytest.raises(LookupError):
        Context().run(runtime.current)


def test_two_installations_live_side_by_side(here: Runtime, tmp_path: Path) -> None:
    other = runtime.build(
        test_settings(tmp_path / "other", database_url=f"sqlite:///{tmp_path}/x.db")
    )
    assert runtime.current() is here
    with runtime.using(other):
        assert runtime.current() is other
    assert runtime.current() is here


def test_an_installation_ends_with_its_block_whatever_is_raised(here: Runtime) -> None:
    with pytest.raises(LookupError), runtime.using(replace(here)):
        raise LookupError
    assert runtime.current() is here


def test_its_folders_are_for_the_owner_only(tmp_path: Path) -> None:
    settings = test_settings(tmp_path, database_url=f"sqlite:///{tmp_path}/x.db")
    runtime.build(settings)
    for folder in (settings.data_dir, settings.runtime_dir):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_it_opens_works(here: Runtime) -> None:
    with here.database.reading():
        assert session().scalar(text("SELECT 1")) == 1
    assert here.storage.read("x", here.storage.put("x", b"bytes")) == b"bytes"
