"""One line in the journal for every write of this feature; what nobody has confirmed stands in none."""

from typing import Any

from app.core import journal


def note(name: str, by: journal.Actor, organisation_id: str, request_id: str, **data: Any) -> None:
    """Write one line about a request."""
    about = ("access_request", request_id)
    journal.record(name, by, organisation_id=organisation_id, about=about, **data)
