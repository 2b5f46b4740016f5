"""When this has happened, do that: the one table of what one feature causes in another."""

from collections.abc import Callable

from app.core import journal
from app.delivery import actions as delivery
from app.notices import actions as notices
from app.previews import actions as previews
from app.renditions.actions import wishes as renditions
from jobs.job import Plain

Reaction = Callable[[str], None]

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "contact.invited": (notices.welcome,),
    "document.held": (previews.wish_for_document,),
    "document.published": (delivery.dispatch_document, renditions.wish_sheet),
    "document.taken_in": (previews.wish_for_document,),
    "document.withdrawn": (delivery.cancel_open,),
}
"""Name of a journal entry → actions, each called with the id of what the entry is about."""


def react(entry: str) -> None:
    """Do all that follows from one journal entry, in one transaction."""
    happened = journal.by_id(entry)
    if happened is None:
        return
    for reaction in REACTIONS[happened.name]:
        reaction(happened.object_id)


REACT = Plain(react)
