"""What an organisation shows of itself before anybody is known: its colour."""

from flask import Blueprint, Response, make_response

from app.access.gate import public
from app.organisations import rules
from app.web.assets import FOREVER

blueprint = Blueprint("organisations", __name__)

PAPER, NIGHT = "#f5f2ea", "#252e3a"
"""The darkest ground by day and the lightest by night (`--paper` and `--wash` of the style sheet)."""
BY_NIGHT = 6.0
"""Contrast by night: a link at the 4.5 that are asked for looks like one that is switched off."""


@blueprint.get("/brand/<colour:colour>.css")
@public("a colour is no secret, and sign-in pages show it too")
def brand(colour: str) -> Response:
    accent = rules.readable(f"#{colour}", PAPER)
    dark = rules.readable(f"#{colour}", NIGHT, BY_NIGHT)
    response = make_response(
        f":root{{--accent:{accent};--on-accent:{rules.ink_on(accent)};"
        f"--accent-dark:{dark};--on-accent-dark:{rules.ink_on(dark)}}}\n"
    )
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = FOREVER
    return response
