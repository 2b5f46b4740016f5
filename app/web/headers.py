"""The same protective headers on every response, errors included."""

import secrets
from time import perf_counter

from flask import Flask, Response, g, request

from app.core import log

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

UNUSED = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
"""What of a browser no page of ours ever asks for."""

SAME_FOR_ALL = frozenset(
    {"assets.file", "organisations.brand", "organisations.logo", "organisations.drawn_logo"}
)
"""What is the same whoever asks: caches need not look at cookies."""


def init_app(app: Flask) -> None:
    """Give every request a reference and every response its headers."""
    app.before_request(_begin)
    app.after_request(_protect)


def _begin() -> None:
    g.started = perf_counter()
    log.reference.set(secrets.token_hex(6))


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    # Tokens stand in some of our URLs: no other host ever learns which page somebody came from.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", UNUSED)
    # What customers are sent is no business of search engines.
    headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    headers.setdefault("Cache-Control", "private, no-store")
    if request.endpoint not in SAME_FOR_ALL:
        response.vary.update(("HX-Request", "HX-Target", "Cookie"))
    headers["X-Reference"] = log.reference.get()
    return response
