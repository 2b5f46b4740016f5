"""For those who run the machine: is everything there, and how much is waiting."""

import hmac
from collections.abc import Callable

import redis
from flask import Blueprint, Response, abort, jsonify, make_response, request
from sqlalchemy import text

from app.access.gate import public
from app.core import clock, outbox, runtime
from app.core.db import session
from app.web import assets

blueprint = Blueprint("operations", __name__)
files = Blueprint("assets", __name__)

OLDEST_ACCEPTABLE = 300
"""Seconds that due work may wait before the queue counts as stuck."""


@files.get("/static/<fingerprint>/<path:path>")
@public("style, scripts and icons are the same for everybody")
def file(fingerprint: str, path: str) -> Response:
    return assets.serve(path)


@blueprint.get("/healthz")
@public("a monitor has no login; the answer holds words and ages only")
def health() -> Response:
    parts = {
        "database": _works(_database),
        "redis": _works(_redis),
        "storage": _works(_storage),
        "queue": _works(_queue),
    }
    vital = parts["database"] == "ok" and parts["storage"] == "ok" and parts["queue"] == "ok"
    response = jsonify(status="ok" if vital else "failing", **parts)
    response.status_code = 200 if vital else 503
    return response


def _works(check: Callable[[], str | None]) -> str:
    try:
        return check() or "ok"
    except Exception as error:  # whatever a driver raises: it does not work
        return f"failing: {type(error).__name__}"


def _database() -> None:
    session().execute(text("SELECT 1"))


def _redis() -> str | None:
    url = runtime.current().settings.redis_url
    if url is None:
        return "not configured"
    redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).ping()
    return None


def _storage() -> None:
    runtime.current().storage.check()


def _queue() -> str | None:
    oldest = outbox.backlog().oldest
    age = (clock.now() - oldest).total_seconds() if oldest else 0
    return "ok" if age < OLDEST_ACCEPTABLE else f"waiting for {age:.0f} s"


@blueprint.get("/metrics")
@public("it asks for the token of the settings itself, as monitors send no cookies")
def metrics() -> Response:
    expected = runtime.current().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        abort(404)
    waiting = outbox.backlog()
    age = (clock.now() - waiting.oldest).total_seconds() if waiting.oldest else 0
    lines = (
        "# HELP kontor_outbox_due Pieces of work that are due.",
        "# TYPE kontor_outbox_due gauge",
        f"kontor_outbox_due {waiting.due}",
        "# HELP kontor_outbox_dead Pieces of work that were set aside for a person.",
        "# TYPE kontor_outbox_dead gauge",
        f"kontor_outbox_dead {waiting.dead}",
        "# HELP kontor_outbox_oldest_seconds How long the oldest piece of due work has waited.",
        "# TYPE kontor_outbox_oldest_seconds gauge",
        f"kontor_outbox_oldest_seconds {age:.3f}",
    )
    response = make_response("\n".join(lines) + "\n")
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    return response
