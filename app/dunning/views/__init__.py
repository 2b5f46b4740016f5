"""The pages of reminding; each module puts its views on the one blueprint."""

from flask import Blueprint

blueprint = Blueprint("dunning", __name__)
