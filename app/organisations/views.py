"""What an organisation shows of itself before anybody is known: its colour."""

from flask import Blueprint, Response, make_response

from app.access.gate import public
from app.organisations import rules
from app.web.assets import FOREVER

blueprint = Blueprint("organisations", __name__)

PAPER, NIGHT = "#ffffff", "#1b2129"
"""The sheets that the accent is read on, light and dark (see `kontor.css`)."""


@blueprint.get("/brand/<colour:colour>.css")
@public("a colour is no secret, and sign-in pages show it too")
def brand(colour: str) -> Response:
    accent = rules.readable(f"#{colour}", PAPER)
    dark = rules.readable(f"#{colour}", NIGHT)
    response = make_response(
        f":root{{--accent:{accent};--on-accent:{rules.ink_on(accent)};"
        f"--accent-dark:{dark};--on-accent-dark:{rules.ink_on(dark)}}}\n"
    )
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = FOREVER
    return response
