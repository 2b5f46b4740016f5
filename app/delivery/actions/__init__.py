"""Every write about dispatches."""

from app.delivery.actions.attempts import begin, finish, give_up
from app.delivery.actions.dispatching import cancel_open, dispatch_document, try_again, withdraw
from app.delivery.actions.handing import hand_over
from app.delivery.actions.hearing import hear
from app.delivery.actions.moves import SEND
from app.delivery.actions.reading import note_fetch, note_read, renew_link

__all__ = [
    "SEND",
    "begin",
    "cancel_open",
    "dispatch_document",
    "finish",
    "give_up",
    "hand_over",
    "hear",
    "note_fetch",
    "note_read",
    "renew_link",
    "try_again",
    "withdraw",
]
