"""One line in the journal for every write of this feature; what nobody has confirmed stands in none."""

from typing import Any, Final

from app.core import journal

KIND: Final = "access_request"
"""What a request is called where something is about it."""


def note(name: str, by: journal.Actor, organisation_id: str, request_id: str, **data: Any) -> None:
    """Write one line about a request."""
    about = (KIND, request_id)
    journal.record(name, by, organisation_id=organisation_id, about=about, **data)
