"""What every command needs: the installation at work, and the organisation that it is about."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import runtime
from app.core.journal import Actor
from app.core.runtime import Runtime
from app.organisations import queries as organisations
from app.web import installation

BY: Final = Actor("command", "flask", "flask")
PATIENCE: Final = 60
"""Seconds to wait for what a worker took over."""


def installed(command: Callable[..., None]) -> Callable[..., None]:
    """Run a command with the installation at work, within the application's context."""

    @with_appcontext
    @wraps(command)
    def at_work(**arguments: Any) -> None:
        with runtime.using(installation.of(current_app)):
            command(**arguments)

    return at_work


def organisation_of(here: Runtime, slug: str) -> str:
    """Return the id of the organisation called `slug`; ends the command where there is none."""
    with here.database.reading():
        organisation = organisations.organisation_by_slug(slug)
    if organisation is None:
        raise click.ClickException(f"There is no organisation called {slug}.")
    return organisation.id
