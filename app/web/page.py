"""One way to answer: the page, or the block that htmx asked for. No view knows htmx.

The id of the element that is replaced is the name of the Jinja block that replaces it.
"""

from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from htmx_flask import Htmx
from jinja2 import Environment, Template
from markupsafe import Markup

from app.core import charts, languages, rendering, text

COMPONENTS = ("basics", "buttons", "charts", "fields", "forms", "lists", "shows")
REMEMBERED = frozenset({"day", "icon", "mark", "money", "state"})
"""Macros that stand in every row and say the same for the same arguments in the same place."""


def init_app(app: Flask) -> None:
    """Prepare templates: filters, gettext, and every macro under the one name `ui`."""
    Htmx(app)
    rendering.prepare(app.jinja_env)
    app.jinja_env.globals.update(
        chart_stacks=charts.stacks, chart_spans=charts.spans, chart_number=text.number
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]


def init_macros(environment: Environment) -> None:
    """Gather the macros once all globals they use are there.

    A block rendered alone does not run a template's imports; a global is there for both.
    """
    ui: dict[str, Any] = {}
    for name in COMPONENTS:
        module = environment.get_template(f"components/{name}.html").module
        ui.update({key: value for key, value in vars(module).items() if not key.startswith("_")})
    ui.update({name: _remembered(ui[name]) for name in REMEMBERED})
    environment.globals["ui"] = SimpleNamespace(**ui)


def _remembered(macro: Callable[..., str]) -> Callable[..., str]:
    # Typed: text and markup that are equal are not escaped alike.
    @lru_cache(maxsize=4096, typed=True)
    def written(_place: tuple[str, str | None], *values: object, **named: object) -> str:
        return macro(*values, **named)

    return lambda *values, **named: written(languages.place(), *values, **named)


def page(template: str, status: int = 200, **data: object) -> Response:
    """Return the full page, or the one block that is to be replaced."""
    block = _wanted_block(current_app.jinja_env.get_template(template))
    if block is None:
        response = make_response(render_template(template, **data), status)
        if request.htmx:  # type: ignore[attr-defined]
            # Another page than the one that holds the block: it replaces the whole.
            response.headers["HX-Retarget"] = "body"
            response.headers["HX-Reswap"] = "innerHTML"
        return response
    loaded = current_app.jinja_env.get_template(template)
    current_app.update_template_context(data)
    context = loaded.new_context(data)
    return make_response("".join(_block(loaded, block)(context)), status)


def piece(template: str, **data: object) -> Markup:
    """Return a part of a page alone, for what is worth remembering."""
    return Markup(render_template(template, **data))  # noqa: S704 - escaped by the template


def _wanted_block(template: Template) -> str | None:
    """Return the block that htmx wants to replace: `HX-Target: section#results` → `results`."""
    htmx = request.htmx  # type: ignore[attr-defined]
    if not htmx or htmx.history_restore_request or htmx.boosted:
        return None
    # htmx 4 names the target as tag#id; the library's property is the raw header.
    name: str = (htmx.target or "").partition("#")[2]
    return name if name and _block(template, name) is not None else None


def _block(template: Template, name: str) -> Any:
    """Return a block of a template or of those that it extends."""
    return template.blocks.get(name)
