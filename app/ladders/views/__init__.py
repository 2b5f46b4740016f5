"""The pages of delivery ladders; each module puts its views on the one blueprint."""

from flask import Blueprint

blueprint = Blueprint("ladders", __name__)
