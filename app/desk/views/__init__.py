"""The screens: `home`, `documents`, `customers`."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
