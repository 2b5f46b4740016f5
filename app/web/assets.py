"""Fingerprinted URLs for `app/static`: a browser keeps a file for ever, a changed file is a new URL."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, make_response

from app.core.errors import Missing

STATIC = Path(__file__).parent.parent / "static"
FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Offer `asset(path)` to templates."""
    app.jinja_env.globals["asset"] = asset


@cache
def _known() -> dict[str, tuple[str, bytes]]:
    """Return every file we serve: its path → fingerprint and bytes. Nothing else can be asked for."""
    files = (file for file in STATIC.rglob("*") if file.is_file() and file.suffix != ".md")
    return {
        file.relative_to(STATIC).as_posix(): (
            hashlib.sha256(file.read_bytes()).hexdigest()[:12],
            file.read_bytes(),
        )
        for file in files
    }


@cache
def asset(path: str) -> str:
    """Return the URL of a file below `app/static`; raises `KeyError` for a file that is not there."""
    return f"/static/{_known()[path][0]}/{path}"


def serve(path: str) -> Response:
    """Return a file below `app/static`."""
    found = _known().get(path)
    if found is None:
        raise Missing
    response = make_response(found[1])
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response.headers["Content-Type"] = f"{kind}; charset=utf-8" if "text" in kind else kind
    response.headers["Cache-Control"] = FOREVER
    return response
