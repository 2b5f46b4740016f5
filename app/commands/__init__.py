"""Commands for those who run the machine, `flask …`; `wsgi.py` offers them to the command line only."""

from flask import Flask

from app.commands.audit import audit
from app.commands.guests import guests
from app.commands.houses import demonstrate, found
from app.commands.intake import take_in
from app.commands.privacy import privacy
from app.commands.releases import release
from app.commands.renditions import render
from app.commands.schema import migrate, migrations
from app.commands.secrets import secrets

__all__ = ["init_app", "migrations"]


def init_app(app: Flask) -> None:
    """Offer the commands."""
    running = (migrate, take_in, release, found, render, demonstrate, secrets, privacy, audit)
    for one in (*running, guests):
        app.cli.add_command(one)
