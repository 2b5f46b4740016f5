"""The installation at work, handed to everything below by context."""

from collections.abc import Iterable
from typing import Any

from flask import Flask

from app.core.runtime import Runtime, using

KEY = "kontor"


def init_app(app: Flask, runtime: Runtime) -> None:
    """Run every request with `runtime` at hand."""
    app.extensions[KEY] = runtime
    inner = app.wsgi_app

    def with_runtime(environ: Any, start_response: Any) -> Iterable[bytes]:
        with using(runtime):
            return inner(environ, start_response)

    app.wsgi_app = with_runtime  # type: ignore[method-assign]


def of(app: Flask) -> Runtime:
    """Return the installation that an application runs."""
    found: Runtime = app.extensions[KEY]
    return found
