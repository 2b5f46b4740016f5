"""`flask secrets`: the keys that stored secrets are sealed with, and their change."""

from collections.abc import Iterator

import click
from sqlalchemy import Column

from app.commands.working import installed
from app.core import runtime, sealing
from app.core.errors import Invalid


@click.group()
def secrets() -> None:
    """Look after the secrets of others that are kept in the database."""


@secrets.command()
@installed
def rotate() -> None:
    """Seal every stored secret anew with the first of KONTOR_SEALING_KEYS.

    Put the new key first and keep the old ones behind it until this has run; then remove them.
    Twice is harmless, and so is being stopped in the middle.
    """
    for column in sealing.columns():
        changed = sum(_slices(column))
        click.echo(f"{column.table.name}.{column.name}: {changed} sealed anew")


def _slices(column: Column[str]) -> Iterator[int]:
    database, after = runtime.current().database, None
    while True:
        try:
            with database.transaction():
                changed, after = sealing.seal_anew(column, after)
        except Invalid as error:
            raise click.ClickException(
                f"A secret in {column.table.name}.{column.name} cannot be opened: the key that "
                "sealed it is missing from KONTOR_SEALING_KEYS. Nothing of it was changed."
            ) from error
        yield changed
        if after is None:
            return
