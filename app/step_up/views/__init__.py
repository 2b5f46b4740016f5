"""The screens between somebody and what they wanted: `proof`."""

from flask import Blueprint

blueprint = Blueprint("step_up", __name__)
