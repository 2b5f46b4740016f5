"""`flask import`: take in files and folders, beside any workers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep

import click

from app.commands.working import BY, PATIENCE, installed, organisation_of
from app.core import outbox, runtime
from app.core.runtime import Runtime
from app.documents.actions import keeping
from app.intake import queries as intakes
from app.intake.actions import course, taking
from app.intake.models import ItemState, Source


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--organisation", "slug", required=True, help="The organisation's short name.")
@click.option("--create-customers", is_flag=True, help="Add customers that are not known yet.")
@installed
def take_in(paths: tuple[Path, ...], slug: str, create_customers: bool) -> None:
    """Take in e-invoices: files, or folders with everything below them.

    Exit code 0: all published or ready; 1: some are held for staff; 2: nothing could be read.
    """
    here = runtime.current()
    organisation_id = organisation_of(here, slug)
    files = sorted(_files(paths))
    if not files:
        raise click.ClickException("There are no XML or PDF files at these paths.")
    stored = [keeping.store(organisation_id, path.name, path.read_bytes()) for path in files]
    with here.database.transaction():
        batch = taking.start(
            organisation_id,
            BY,
            stored,
            creates_customers=create_customers,
            source=Source.COMMAND,
        )
    counts = _work(here, batch.id)
    for state, count in counts.items():
        click.echo(f"{count:6d} {state.value.replace('_', ' ')}")
    raise SystemExit(1 if any(counts[one] for one in UNTAKEN) else 0)


UNTAKEN = frozenset({ItemState.HELD, ItemState.FAILED, ItemState.QUARANTINED})
"""What somebody has to look at before it counts as taken in."""


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        below = path.rglob("*") if path.is_dir() else (path,)
        yield from (
            one for one in below if one.is_file() and one.suffix.lower() in (".xml", ".pdf")
        )


def _work(here: Runtime, intake_id: str) -> dict[ItemState, int]:
    """Take in every file that no worker has claimed, and show how far it is, until it is over."""
    counts = _progress(here, intake_id)
    idle = 0
    with click.progressbar(length=sum(counts.values()), label="Taking in") as shown:
        while counts[ItemState.WAITING] and idle < PATIENCE:
            with here.database.reading():
                turn = intakes.promised_items(intake_id, course.WINDOW)
            done = sum(_take_in_one(here, item_id) for item_id in turn)
            idle = 0 if done else idle + 1
            sleep(0 if done else 1)
            before, counts = counts, _progress(here, intake_id)
            shown.update(before[ItemState.WAITING] - counts[ItemState.WAITING])
    return counts


def _progress(here: Runtime, intake_id: str) -> dict[ItemState, int]:
    with here.database.reading():
        return intakes.progress_of(intake_id)


def _take_in_one(here: Runtime, item_id: str) -> bool:
    lease = timedelta(seconds=here.settings.lease_seconds)
    with here.database.transaction():
        task = outbox.claim_by_key(course.promise_key(item_id), lease)
        one = taking.waiting(item_id) if task else None
        if task is not None and one is None:
            outbox.finish(task)
    if task is None or one is None:
        return False
    found = taking.judged(one)
    try:
        with here.database.transaction():
            taking.settle(found, BY)
            outbox.finish(task)
    except outbox.Again:
        with here.database.transaction():
            outbox.put_back(task, timedelta(0))
    return True
