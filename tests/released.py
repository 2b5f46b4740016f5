"""What a customer's person has where nothing is closed to them."""

from app.access.rights import GENERAL, Action, Rights
from app.organisations.rules.portal import KINDS

EVERYTHING = Rights(
    frozenset((kind, action) for kind in KINDS for action in Action if action not in GENERAL),
    GENERAL,
)
