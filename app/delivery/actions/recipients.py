"""How a recipient is reached: the channel and the data that it asks for (B2-20, B2-25)."""

from collections.abc import Mapping
from typing import Any

from app.access.principal import Principal
from app.core import clock, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.actions import switching
from app.delivery.channels.adapter import Check, RecipientNews
from app.organisations import actions as organisations
from app.organisations.actions.lines import note
from app.organisations.models import Recipient
from app.organisations.rules import Channel

BY = journal.Actor("job", "delivery.read", "Kontor")


def change(
    recipient: Recipient,
    who: Principal,
    *,
    channel: Channel,
    email: str | None,
    endpoint: str,
    postal: dict[str, str] | None,
    particulars: Mapping[str, Any],
) -> None:
    """Change how a recipient is reached; what no channel could take to them is looked at again.

    Raises `Refused` where the channel needs an address that is not there.
    """
    email = (email or "").strip().lower() or None
    if channel is Channel.EMAIL and email is None:
        raise Refused(_("To send by e-mail, an e-mail address is needed."))
    endpoint = "".join(endpoint.split())
    if (channel, endpoint) != (recipient.channel, recipient.endpoint):
        recipient.checked, recipient.checked_at = "", None
    recipient.channel, recipient.email, recipient.endpoint = channel, email, endpoint
    recipient.postal, recipient.particulars = postal, dict(particulars)
    session().flush()
    about = ("customer", recipient.customer_id)
    note("recipient.changed", who.actor, recipient.organisation_id, about, whom=recipient.name)
    switching.reconsider_recipient(recipient.organisation_id, recipient.id)


def keep_check(recipient: Recipient, found: Check) -> None:
    """Keep what a channel said of a recipient when it was asked; that it could not say changes nothing."""
    if found is Check.UNCHECKED and recipient.checked:
        return
    recipient.checked, recipient.checked_at = found.value, clock.now()
    session().flush()
    if found is Check.OK:
        switching.reconsider_recipient(recipient.organisation_id, recipient.id)


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
