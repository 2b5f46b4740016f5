"""The web server's front door."""

from app.factory import create_app

app = create_app()
