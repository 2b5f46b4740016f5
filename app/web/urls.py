"""What stands in our URLs: ids that look like ids, else there is no such page."""

from flask import Flask, abort, request
from werkzeug.routing import BaseConverter

from app.core import ids


class IdConverter(BaseConverter):
    """`<id:document_id>`: 26 characters, see `app.core.ids`."""

    regex = ids.PATTERN


class TokenConverter(BaseConverter):
    """`<token:token>`: 43 URL-safe characters, see `app.core.tokens`."""

    regex = "[A-Za-z0-9_-]{43}"


class ColourConverter(BaseConverter):
    """`<colour:colour>`: six hexadecimal digits."""

    regex = "[0-9a-f]{6}"


class DigestConverter(BaseConverter):
    """`<digest:sha256>`: a SHA-256 in hexadecimal."""

    regex = "[0-9a-f]{64}"


def init_app(app: Flask) -> None:
    """Teach the URL map our converters; a trailing slash is a different address."""
    app.url_map.converters.update(
        {
            "id": IdConverter,
            "token": TokenConverter,
            "colour": ColourConverter,
            "digest": DigestConverter,
        }
    )
    app.url_map.strict_slashes = True
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """Refuse what no person types and PostgreSQL cannot compare with any text."""
    if b"%00" in request.query_string:
        abort(400)
