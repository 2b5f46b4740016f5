"""Migrations: one head, agreeing with the models, up and down on both databases."""

from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.commands import migrations
from app.core.db import Base, Database
from tests import databases


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(migrations("sqlite://")).get_heads()) == 1


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    # Raises with the list of differences.
    command.check(migrations(databases.fresh_database(databases.chosen(), tmp_path)))


def test_it_goes_up_down_and_up_again(tmp_path: Path) -> None:
    url = databases.fresh_database(databases.chosen(), tmp_path)
    command.downgrade(migrations(url), "base")
    assert tables(url) <= {"alembic_version"}
    command.upgrade(migrations(url), "head")
    assert tables(url) == set(Base.metadata.tables) | {"alembic_version"}


def tables(url: str) -> set[str]:
    database = Database(url)
    found = set(inspect(database.engine).get_table_names())
    database.engine.dispose()
    return found
