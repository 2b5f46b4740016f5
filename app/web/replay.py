"""Sending on what somebody had sent before they proved who they are, as if it came just now."""

from contextvars import Context
from io import BytesIO
from typing import Any

from flask import Response, current_app, request
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.core.parking import ParkedRequest

OF_THE_BROWSER = ("Cookie", "User-Agent", "Accept-Language", "Origin", "Sec-Fetch-Site")
"""What a parked request takes over from the one that sends it on: who asks is known by that alone."""


def environ_of(parked: ParkedRequest) -> dict[str, Any]:
    """Return a parked POST as a server would hand it over (PEP 3333), sent by who asks at present.

    Without the headers of htmx: the answer is a whole page, whichever way it was sent first.
    """
    headers = Headers(
        [(name, request.headers[name]) for name in OF_THE_BROWSER if name in request.headers]
    )
    headers["Referer"] = request.host_url.rstrip("/") + parked.came_from
    path, _mark, query = parked.path.partition("?")
    content = parked.content
    builder = EnvironBuilder(
        path=path,
        query_string=query,
        base_url=request.url_root,
        method="POST",
        headers=headers,
        content_type=parked.content_type,
        input_stream=BytesIO(content),
        content_length=len(content),
        environ_base={"REMOTE_ADDR": request.remote_addr or ""},
    )
    return builder.get_environ()


def send_on(environ: dict[str, Any]) -> Response:
    """Let the portal answer a request of its own, and return that answer.

    It is a request like any other: its own door, token, transaction and context. Call it with no
    transaction open.
    """
    found = Context().run(run_wsgi_app, current_app.wsgi_app, environ, buffered=True)
    return Response(*found)
