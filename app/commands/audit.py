"""`flask audit`: look whether the journal is whole, and what to keep elsewhere to prove it."""

from collections.abc import Iterable

import click

from app.commands.working import installed, organisation_of
from app.core import runtime, verification
from app.core.chain import INSTALLATION
from app.core.runtime import Runtime
from app.core.verification import Walk
from app.organisations import queries as organisations


@click.group()
def audit() -> None:
    """Look whether the journal is whole."""


@audit.command()
@installed
def head() -> None:
    """Print the newest seal of each chain: keep it where the administrators of this machine cannot write."""
    here = runtime.current()
    names = _names(here)
    with here.database.reading():
        newest = verification.heads()
    for one in newest:
        name = verification.name_of(one.organisation_id, names.get(one.organisation_id))
        click.echo(f"{name} {one.sequence} {one.hash}")


@audit.command()
@click.option("--organisation", metavar="SLUG", help="Only the chain of this organisation.")
@click.option(
    "--head", "kept", multiple=True, metavar="HASH", help="A seal that was kept elsewhere."
)
@installed
def verify(organisation: str | None, kept: tuple[str, ...]) -> None:
    """Follow every chain from its first line; ends with 1 at the first broken place."""
    here = runtime.current()
    names = _names(here)
    chains = (
        [organisation_of(here, organisation)] if organisation else [*sorted(names), INSTALLATION]
    )
    wanted = {one.strip().lower() for one in kept}
    walks = [_walk(here, chain, names.get(chain), wanted) for chain in chains]
    _judge(walks, names, set.intersection(wanted, *(walk.wanted for walk in walks)))


def _names(here: Runtime) -> dict[str, str]:
    with here.database.reading():
        return {one.id: one.slug for one in organisations.all_organisations()}


def _walk(here: Runtime, chain: str, slug: str | None, wanted: Iterable[str]) -> Walk:
    name = verification.name_of(chain, slug)

    def tell(count: int) -> None:
        click.echo(f"{name}: {count} lines …", err=True)

    walk = Walk(chain, wanted=set(wanted))
    return verification.verify(here.database, walk, tell)


def _judge(walks: list[Walk], names: dict[str, str], missed: set[str]) -> None:
    """Say of each chain what was found; ends the command with 1 where anything is wrong."""
    for walk in walks:
        name = verification.name_of(walk.organisation_id, names.get(walk.organisation_id))
        if walk.broken is None:
            click.echo(f"{name}: {walk.sequence} lines, whole.")
        else:
            click.echo(f"{name}: broken. {walk.broken}")
    for one in sorted(missed):
        click.echo(f"The seal {one} is not there: lines after it, or it with them, were cut off.")
    if missed or any(walk.broken for walk in walks):
        raise SystemExit(1)
