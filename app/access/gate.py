"""The one door. A view without one fails the build (`tests/laws/test_routes.py`).

    @blueprint.get("/documents/<id:document_id>")
    @gate(Can.READ_DOCUMENTS, documents.one)
    def show(document): ...

The door finds the thing (else 404), asks the table (else 403), asks for proof where it is needed (else
a step-up) and hands the thing over. Where the address names no thing there is nothing to hide, and the
table is asked first. A customer's person is asked for what is released to them of the very kind of
document that was found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn

from flask import Response, abort, request

from app.access import refusals
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.access.proof import CONFIRMED, ENROLLING, UNPROVEN, Need
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
            if not _may_ask(who, permission, is_about_something=bool(route_values)):
                _refuse(who, permission)
            # Where every page asks for proof, not even what exists is told before.
            first = _asked_on_every_page(who, permission)
            if first is not None:
                return first
            found = () if find is None else (find(who, **route_values),)
            if None in found:
                raise Missing
            if not who.may(permission, _kind(found)):
                _refuse(who, permission)
            return _asked_for_this(who, permission) or view(*found)

        return _marked(door, Door(permission=permission))

    return with_door


def _refuse(who: Principal, permission: Can) -> NoReturn:
    refusals.note(who, permission, request.endpoint or "")
    abort(403)


def _may_ask(who: Principal, permission: Can, *, is_about_something: bool) -> bool:
    """Say whether it is worth looking for the thing; where there is none, the table decides alone."""
    if who.through is not None and request.method not in READS:
        return False
    return is_about_something or who.may(permission)


def _asked_on_every_page(who: Principal, permission: Can) -> Response | None:
    if who.must_enrol and permission not in ENROLLING:
        return answers.enrol_first()
    if permission not in UNPROVEN and who.demand.need(is_sensitive=False) is Need.PROOF:
        return answers.prove_first(who.session_id)
    return None


def _asked_for_this(who: Principal, permission: Can) -> Response | None:
    if who.has_to_prove(permission):
        return answers.prove_first(who.session_id)
    if permission in CONFIRMED and not who.is_confirmed:
        return answers.confirm_first(who.session_id)
    return None


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
