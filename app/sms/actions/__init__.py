"""Every write about text messages."""

from app.sms.actions.handing import sweep
from app.sms.actions.sending import Unsendable, note_used, send

__all__ = ["Unsendable", "note_used", "send", "sweep"]
