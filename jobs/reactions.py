"""When this has happened, do that: the one table of what one feature causes in another."""

from collections.abc import Callable

from app.comments.actions import telling
from app.core import journal
from app.core.journal import Entry
from app.delivery import actions as delivery
from app.delivery.actions import alarms, bouncing
from app.dunning.actions import noting as dunning
from app.ladders.actions import climbing as ladders
from app.notices import actions as notices
from app.previews import actions as previews
from app.renditions.actions import wishes as renditions
from app.webhooks.actions import deliveries as webhooks
from app.webhooks.rules import EVENT_NAMES
from jobs.job import Plain

Reaction = Callable[[str], None]
Listener = Callable[[Entry], None]

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    "comment.added": (telling.gather,),
    "contact.invited": (notices.welcome,),
    "dispatch.answered": (dunning.stop,),
    "document.held": (previews.wish_for_document,),
    "document.opened": (ladders.look,),
    "document.published": (
        delivery.dispatch_document,
        ladders.begin,
        renditions.wish_sheet,
        dunning.note_published,
    ),
    "document.taken_in": (previews.wish_for_document,),
    "document.withdrawn": (delivery.cancel_open, dunning.stop, ladders.look),
    "payment.received": (dunning.stop, ladders.look),
    "quote.accepted": (renditions.wish_stamp, ladders.look),
    "quote.rejected": (ladders.look,),
    "quote.revision_asked": (ladders.look,),
}
"""Name of a journal entry → actions, each called with the id of what the entry is about."""

LISTENERS: dict[str, tuple[Listener, ...]] = {
    **dict.fromkeys(EVENT_NAMES, (webhooks.tell,)),
    "dispatch.complained": (bouncing.complain,),
    "dispatch.undeliverable": (webhooks.tell, bouncing.follow, ladders.return_of),
    "letters.paused": (alarms.tell_of_paused_letters,),
    "sms.paused": (notices.tell_of_paused_messages,),
    **dict.fromkeys(notices.SECURITY, (notices.tell_of_security,)),
}
"""Name of a journal entry → actions, each called with the entry itself, after the reactions."""


def react(entry: str) -> None:
    """Do all that follows from one journal entry, in one transaction."""
    happened = journal.by_id(entry)
    if happened is None:
        return
    for reaction in REACTIONS.get(happened.name, ()):
        reaction(happened.object_id)
    for listener in LISTENERS.get(happened.name, ()):
        listener(happened)


REACT = Plain(react)
