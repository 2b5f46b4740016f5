"""Answers that are no page: go there, sign in first, here is a file, here are data."""

import json
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from flask import Response, flash, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.test import stream_encode_multipart

from app.core import parking, runtime, storage
from app.core.languages import gettext as _
from app.web import problems, transaction


def see_other(endpoint: str, **values: object) -> Response:
    """Send the browser on after a write (303)."""
    return make_response(redirect(url_for(endpoint, **values), 303))  # type: ignore[arg-type]


def go_to(path: str) -> Response:
    """Send the browser on to one of our own paths after a write (303)."""
    return make_response(redirect(local_path(path), 303))


def say(category: str, sentence: str) -> None:
    """Show one line at the top of the next page: `success`, `warning` or `error`."""
    flash(sentence, category)


def sign_in_first() -> Response:
    """Send somebody we do not know to the sign-in page, and from there back to a page.

    A program is told that it needs a key (RFC 6750, 3).
    """
    if problems.are_wanted():
        transaction.abandon()
        return problems.answer(
            401,
            _("A valid key is needed"),
            _("Send an API key that is in use as “Authorization: Bearer …”. Cookies do not count."),
            headers={"WWW-Authenticate": 'Bearer realm="kontor"'},
        )
    wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else back()
    return _as_a_whole(url_for("identity.sign_in", next=wanted))


def prove_first(session_id: str) -> Response:
    """Send a customer's person to the step-up, and from there back with all that they had sent."""
    return _as_a_whole(_holding("step_up.prove", session_id))


def confirm_first(session_id: str) -> Response:
    """Have somebody show that it is really them, and go on with all that they had sent."""
    return _as_a_whole(_holding("identity.confirm", session_id))


def enrol_first() -> Response:
    """Send somebody to where a second factor is set up: their organisation insists on one."""
    return _as_a_whole(url_for("identity.factors"))


def _holding(endpoint: str, session_id: str) -> str:
    """Return the address of a step between, which knows where to go on: a page, or what was sent."""
    if request.method in ("GET", "HEAD"):
        return url_for(endpoint, next=request.full_path.rstrip("?"))
    kept = [(name, value) for name, value in request.form.items(multi=True)]
    files = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    body, length, boundary = stream_encode_multipart(MultiDict([*kept, *files]))
    parked = parking.park(
        session_id,
        request.full_path.rstrip("?"),
        back(),
        f'multipart/form-data; boundary="{boundary}"',
        body.read(length),
    )
    return url_for(endpoint, parked=parked)


def _as_a_whole(target: str) -> Response:
    if request.htmx:  # type: ignore[attr-defined]
        # A block cannot hold another page: the browser goes there as a whole.
        return make_response("", 204, {"HX-Redirect": target})
    return make_response(redirect(target, 303))


def back(default: str = "/") -> str:
    """Return the path of the page that held the form, if it is one of ours."""
    return local_path(urlsplit(request.referrer or "").path, default)


def local_path(wanted: str | None, default: str = "/") -> str:
    """Return `wanted` if it is a path on this host, else `default`: never an open redirect.

    A single slash followed by neither slash nor backslash; no control characters, no other host.
    """
    path = wanted or ""
    parts = urlsplit(path)
    is_local = (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and "\\" not in path
        and path.isprintable()
        and not parts.netloc
        and not parts.scheme
    )
    return path if is_local else default


def data(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Send JSON (RFC 8259) to a program."""
    text = json.dumps(body, ensure_ascii=False)
    response = make_response(text + "\n", status, dict(headers or {}))
    response.headers["Content-Type"] = "application/json"
    return response


def json_text(text: str) -> Response:
    """Send JSON that is written already to a script of ours."""
    response = make_response(text)
    response.headers["Content-Type"] = "application/json"
    return response


def stored(organisation_id: str, sha256: str, media_type: str, name: str, size: int) -> Response:
    """Send a file of the store to be saved: by the proxy where it can, else in pieces of ours.

    Raises `Missing` where the store has no such bytes; a proxy answers that with 404 itself.
    """
    here = runtime.current()
    location = here.settings.stored_location
    if location is not None:
        response = download(b"", media_type, name, sha256)
        response.headers["X-Accel-Redirect"] = f"{location}/{storage.path(organisation_id, sha256)}"
        return response
    pieces = here.storage.stream(organisation_id, sha256)
    response = download(b"", media_type, name, sha256)
    if response.status_code == 304:
        return response
    response.response = pieces
    response.content_length = size
    return response


def picture(content: bytes, media_type: str) -> Response:
    """Send a picture that we drew ourselves, to be shown inside a page of ours."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def download(content: bytes, media_type: str, name: str, tag: str = "") -> Response:
    """Send a file to be saved, never to be rendered as a page of ours (RFC 6266, RFC 8187).

    `tag` names the content (ETag, RFC 9110, 8.8.3): who has it already is told so (304).
    """
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    if tag:
        response.set_etag(tag)
        response.make_conditional(request)
    return response
