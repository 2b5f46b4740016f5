"""`flask migrate`: the newest schema."""

import click
from alembic import command as alembic
from alembic.config import Config

from app.commands.working import installed
from app.core import runtime
from app.core.runtime import Runtime
from app.core.settings import PROJECT


def migrations(database_url: str) -> Config:
    """Return Alembic's configuration for a database."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


@click.command()
@installed
def migrate() -> None:
    """Bring the database to the newest schema."""
    here = runtime.current()
    upgrade(here)
    click.echo("The database is up to date.")


def upgrade(here: Runtime) -> None:
    """Run the migrations that are missing."""
    alembic.upgrade(migrations(here.settings.database_url), "head")
