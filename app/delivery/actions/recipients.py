"""What partners tell of recipients: who agreed to a channel, and who does so no more (B2-20)."""

from app.core import clock, journal
from app.delivery.actions import switching
from app.delivery.channels.adapter import Check, RecipientNews
from app.organisations import actions as organisations
from app.organisations.rules import Channel

BY = journal.Actor("job", "delivery.read", "Kontor")


def hear(told: RecipientNews, channel: Channel, *, organisation_id: str | None) -> str:
    """Keep what a partner told of somebody; returns what came of it, for the record.

    Older news than what is known changes nothing, however often it comes.
    """
    if organisation_id is None or not told.addresses:
        return "no recipient of ours"
    found = organisations.note_checked(
        organisation_id,
        BY,
        addresses=told.addresses,
        checked=told.check.value,
        # A moment that lies ahead would outlast whatever is told later.
        at=min(told.occurred_at, clock.now()),
        endpoint=told.endpoint,
        agreed=told.check is Check.OK,
        channel=channel,
    )
    for one in found if told.check is Check.OK else []:
        # What waits because they had not agreed may go now.
        switching.reconsider_recipient(organisation_id, one.id)
    return f"recipients: {len(found)}" if found else "no recipient of ours, or known already"
