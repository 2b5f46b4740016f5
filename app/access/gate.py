"""The one door. A view without one fails the build (`tests/laws/test_routes.py`).

    @blueprint.get("/documents/<id:document_id>")
    @gate(Can.READ_DOCUMENTS, documents.one)
    def show(document): ...

The door finds the thing (else 404), asks the table (else 403) and hands the thing over. Where the
address names no thing there is nothing to hide, and the table is asked first. A customer's person is
asked for what is released to them of the very kind of document that was found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import abort, request

from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Missing
from app.web import answers

View = Callable[..., Any]
Finder = Callable[..., Any]

READS = frozenset({"GET", "HEAD"})
"""All that somebody does who looks through another one's eyes, whatever they may."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a view's door asks: a permission, or a reason why everybody may pass."""

    permission: Can | None = None
    reason: str = ""


def gate(permission: Can, find: Finder | None = None) -> Callable[[View], View]:
    """Let through who may `permission`; `find(who, **route_values)` finds what it is about."""

    def with_door(view: View) -> View:
        @wraps(view)
        def door(**route_values: str) -> Any:
            who = principal()
            if not who.is_known:
                return answers.sign_in_first()
            if who.through is not None and request.method not in READS:
                abort(403)
            if not route_values and not who.may(permission):
                abort(403)
            found = () if find is None else (find(who, **route_values),)
            if None in found:
                raise Missing
            if not who.may(permission, _kind(found)):
                abort(403)
            return view(*found)

        return _marked(door, Door(permission=permission))

    return with_door


def _kind(found: tuple[Any, ...]) -> str | None:
    """Return as what the thing is released to customers: a document's kind; None for other things."""
    first = found[0] if found else None
    thing = first[0] if isinstance(first, tuple) else first
    return getattr(thing, "released_as", None)


def public(reason: str) -> Callable[[View], View]:
    """Let everybody through, and say why that is right."""

    def with_door(view: View) -> View:
        return _marked(view, Door(reason=reason))

    return with_door


def door_of(view: View) -> Door | None:
    """Return the door of a view; None where somebody forgot it."""
    return getattr(view, "door", None)


def _marked(view: View, door: Door) -> View:
    view.door = door  # type: ignore[attr-defined]
    return view
