"""One line in the journal for every write of this feature."""

from typing import Any

from app.core import journal


def note(
    name: str,
    by: journal.Actor,
    organisation_id: str,
    about: tuple[str, str],
    **data: Any,
) -> None:
    """Write one line."""
    journal.record(name, by, organisation_id=organisation_id, about=about, **data)
