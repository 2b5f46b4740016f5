"""Every write about access letters: made and closed by staff, opened and missed by their readers."""

from app.access_letters.actions.entering import Entered, enter
from app.access_letters.actions.making import make, note_download, renew, revoke

__all__ = ["Entered", "enter", "make", "note_download", "renew", "revoke"]
