"""`flask release`: publish what is ready, beside any workers."""

from time import sleep

import click

from app.commands.working import BY, PATIENCE, installed, organisation_of
from app.core import ids, runtime
from app.core.errors import Refused
from app.core.runtime import Runtime
from app.documents.queries import Filters
from app.documents.rules.kinds import Kind
from app.releases import actions as releases
from app.releases import queries as release_queries
from app.releases.rules import ItemState as ReleaseState


@click.command()
@click.option("--organisation", "slug", required=True, help="The organisation's short name.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default=None)
@installed
def release(slug: str, kind: str | None) -> None:
    """Publish the documents that are ready, 10,000 at most, beside any workers.

    Exit code 0: all are published; 1: some were refused, or the release was stopped.
    """
    here = runtime.current()
    organisation_id = organisation_of(here, slug)
    release_id, filters = ids.new(), Filters(kind=Kind(kind) if kind else None)
    try:
        with here.database.transaction():
            releases.start(release_id, organisation_id, BY, filters)
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    counts = _publish(here, release_id)
    for state, count in counts.items():
        click.echo(f"{count:6d} {state.value}")
    raise SystemExit(0 if counts[ReleaseState.PUBLISHED] == sum(counts.values()) else 1)


def _publish(here: Runtime, release_id: str) -> dict[ReleaseState, int]:
    """Publish slice by slice until nothing waits, or somebody stops it, and show how far it is."""
    counts = _released(here, release_id)
    idle = 0
    with click.progressbar(length=sum(counts.values()), label="Publishing") as shown:
        while counts[ReleaseState.WAITING] and idle < PATIENCE:
            with here.database.transaction():
                done = releases.help_with(release_id)
            idle = 0 if done else idle + 1
            sleep(0 if done else 1)
            before, counts = counts, _released(here, release_id)
            shown.update(before[ReleaseState.WAITING] - counts[ReleaseState.WAITING])
    return counts


def _released(here: Runtime, release_id: str) -> dict[ReleaseState, int]:
    with here.database.reading():
        return release_queries.counts_of(release_id)
