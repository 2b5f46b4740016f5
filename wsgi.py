"""The web server's front door, and that of the `flask` command."""

import os

from app.factory import create_app

app = create_app()

if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
    # Migrations and the demonstration weigh 100 MB that no web process should carry.
    from app import commands

    commands.init_app(app)
