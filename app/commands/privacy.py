"""`flask privacy again`: what was forgotten stays forgotten when a backup is restored."""

import click

from app.commands.working import installed
from app.core import runtime
from app.privacy.actions import erasing


@click.group()
def privacy() -> None:
    """Look after what is known about people."""


@privacy.command("again")
@installed
def again() -> None:
    """Erase everybody again who was erased before: run it after a backup was restored.

    It knows those whom the restored database names; keep its table `erasure` of before and restore
    it too.
    """
    with runtime.current().database.transaction():
        count = erasing.again()
    click.echo(f"{count} erased again")
