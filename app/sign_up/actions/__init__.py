"""Every write about requests for access: asked, confirmed, decided on, expired; and the house's door."""

from app.sign_up.actions.asking import answer, ask, confirm
from app.sign_up.actions.deciding import (
    approve,
    approve_by_support,
    refuse,
    refuse_by_support,
)
from app.sign_up.actions.opening import open_door
from app.sign_up.actions.sweeping import sweep
from app.sign_up.actions.telling import tell_administrators

__all__ = [
    "answer",
    "approve",
    "approve_by_support",
    "ask",
    "confirm",
    "open_door",
    "refuse",
    "refuse_by_support",
    "sweep",
    "tell_administrators",
]
