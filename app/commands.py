"""Commands for those who run the machine: `flask migrate`, `import`, `release`, `render`, `found`, `demo`."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from pathlib import Path
from time import sleep
from typing import Any

import click
from alembic import command as alembic
from alembic.config import Config
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.core import ids, outbox, runtime
from app.core.errors import Refused
from app.core.journal import Actor
from app.core.runtime import Runtime
from app.core.settings import PROJECT
from app.demo import seeding
from app.documents.actions import keeping
from app.documents.queries import Filters
from app.documents.rules.kinds import Kind
from app.intake import queries as intakes
from app.intake.actions import course, taking
from app.intake.models import ItemState, Source
from app.organisations import actions as organisations
from app.organisations import queries as organisation_queries
from app.organisations.rules import MemberRole
from app.releases import actions as releases
from app.releases import queries as release_queries
from app.releases.rules import ItemState as ReleaseState
from app.renditions import queries as rendition_queries
from app.renditions.actions import making, wishes
from app.renditions.rules import State as RenditionState
from app.web import installation

BY = Actor("command", "flask", "flask")
WISHES = 200
"""How many PDFs are wished for in one transaction."""
PATIENCE = 60
"""Seconds to wait for files that a worker took over."""


def installed(command: Callable[..., None]) -> Callable[..., None]:
    """Run a command with the installation at work, within the application's context."""

    @with_appcontext
    @wraps(command)
    def at_work(**arguments: Any) -> None:
        with runtime.using(installation.of(current_app)):
            command(**arguments)

    return at_work


def init_app(app: Flask) -> None:
    """Offer the commands."""
    for one in (migrate, take_in, release, found, render, demonstrate):
        app.cli.add_command(one)


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


@click.command()
@click.argument("slug")
@click.argument("name")
@click.option("--email", required=True, help="The first administrator's personal address.")
@click.option("--language", default="en")
@click.option("--country", default="CH")
@click.option("--timezone", default="Europe/Zurich")
@click.option("--currency", default="CHF")
@installed
def found(
    slug: str, name: str, email: str, language: str, country: str, timezone: str, currency: str
) -> None:
    """Found the organisation NAME, called SLUG in commands, with its first administrator."""
    here = runtime.current()
    with here.database.transaction():
        organisation = organisations.found(
            BY,
            slug=slug,
            name=name,
            language=language,
            country=country,
            timezone=timezone,
            currency=currency,
            base_url=here.settings.base_url,
            accent="#17586b",
            contact_email=email,
            sender_name=name,
            sender_email=here.settings.mail_sender,
        )
        try:
            organisations.add_member(
                organisation.id,
                BY,
                email=email,
                name=email.partition("@")[0],
                role=MemberRole.ADMINISTRATOR,
                language=None,
            )
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{name} is founded. {email} can sign in with a mailed code.")


@click.command("demo")
@installed
def demonstrate() -> None:
    """Bring the database up to date and fill it with three organisations to look at.

    Their logins are public, so this is refused in production. Twice is harmless.
    """
    here = runtime.current()
    if here.settings.is_production:
        raise click.ClickException(
            "The logins of the demonstration are public. Set KONTOR_ENVIRONMENT=demo for a demo."
        )
    upgrade(here)
    seeding.seed(here, click.echo)


@click.command()
@click.option("--organisation", "slug", required=True, help="The organisation's short name.")
@installed
def render(slug: str) -> None:
    """Make the PDFs that published documents of an organisation lack.

    Exit code 1 where some could not be made; the documents say why.
    """
    here = runtime.current()
    organisation_id = _organisation(here, slug)
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


def _organisation(here: Runtime, slug: str) -> str:
    with here.database.reading():
        organisation = organisation_queries.organisation_by_slug(slug)
    if organisation is None:
        raise click.ClickException(f"There is no organisation called {slug}.")
    return organisation.id


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
    organisation_id = _organisation(here, slug)
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
    raise SystemExit(1 if counts[ItemState.HELD] or counts[ItemState.FAILED] else 0)


@click.command()
@click.option("--organisation", "slug", required=True, help="The organisation's short name.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default=None)
@installed
def release(slug: str, kind: str | None) -> None:
    """Publish the documents that are ready, 10,000 at most, beside any workers.

    Exit code 0: all are published; 1: some were refused, or the release was stopped.
    """
    here = runtime.current()
    with here.database.reading():
        organisation = organisation_queries.organisation_by_slug(slug)
    if organisation is None:
        raise click.ClickException(f"There is no organisation called {slug}.")
    release_id, filters = ids.new(), Filters(kind=Kind(kind) if kind else None)
    try:
        with here.database.transaction():
            releases.start(release_id, organisation.id, BY, filters)
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
    examined = taking.examined(one)
    try:
        with here.database.transaction():
            taking.keep(examined, BY)
            outbox.finish(task)
    except outbox.Again:
        with here.database.transaction():
            outbox.put_back(task, timedelta(0))
    return True
