"""Tell both sides that a delegation ends."""

from app.notices import actions
from jobs.job import Plain


def tell_of_end(person: str) -> None:
    """Tell them, unless it was prolonged or ended meanwhile."""
    actions.tell_of_end(person)


TELL_OF_END = Plain(tell_of_end)
