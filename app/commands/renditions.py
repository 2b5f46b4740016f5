"""`flask render`: make the PDFs that published documents lack."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import click

from app.commands.working import installed, organisation_of
from app.core import outbox, runtime
from app.core.runtime import Runtime
from app.renditions import queries as rendition_queries
from app.renditions.actions import making, wishes
from app.renditions.rules import State as RenditionState

WISHES: Final = 200
"""How many PDFs are wished for in one transaction."""


@click.command()
@click.option("--organisation", "slug", required=True, help="The organisation's short name.")
@installed
def render(slug: str) -> None:
    """Make the PDFs that published documents of an organisation lack.

    Exit code 1 where some could not be made; the documents say why.
    """
    here = runtime.current()
    organisation_id = organisation_of(here, slug)
    counts: Counter[str] = Counter()
    waiting = list(_wished(here, organisation_id))
    with click.progressbar(waiting, label="Making PDFs") as shown:
        for document_id in shown:
            counts.update(_render_one(here, document_id))
    for state, count in sorted(counts.items()):
        click.echo(f"{count:6d} {state}")
    raise SystemExit(1 if counts[RenditionState.IMPOSSIBLE] else 0)


def _wished(here: Runtime, organisation_id: str) -> Iterator[str]:
    """Wish the PDFs that are missing, some hundred in a transaction; returns whose they are."""
    after = ""
    while True:
        with here.database.transaction():
            found = rendition_queries.without_sheet(organisation_id, after, WISHES)
            for document in found:
                wishes.wish_sheet(document.id)
        yield from (document.id for document in found)
        if not found:
            return
        after = found[-1].id


def _render_one(here: Runtime, document_id: str) -> list[str]:
    """Make what is wanted of a document, unless a worker has claimed it; returns the states."""
    done: set[str] = set()
    while True:
        with here.database.reading():
            found = rendition_queries.of_document(document_id)
        waiting = [one.id for one in found if one.state is RenditionState.WANTED]
        waiting = [one for one in waiting if one not in done]
        if not waiting:
            return [one.state.value for one in found]
        done.add(waiting[0])
        _make_one(here, waiting[0])


def _make_one(here: Runtime, rendition_id: str) -> None:
    lease = timedelta(seconds=here.settings.lease_seconds)
    with here.database.transaction():
        task = outbox.claim_by_key(wishes.promise_key(rendition_id), lease)
        asked = making.order(rendition_id) if task else None
    if task is None or asked is None:
        return
    try:
        result = making.make(asked)
    except outbox.Again:
        with here.database.transaction():
            outbox.put_back(task, timedelta(0))
        return
    with here.database.transaction():
        outbox.hold(task)
        making.keep(asked, result)
        outbox.finish(task)
