"""Who gets a customer's documents."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations.actions.lines import note
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel, RecipientRole

FRESH = {"populate_existing": True}
"""What was read before the lock was taken may be old."""


def add_recipient(
    customer: Customer,
    by: journal.Actor,
    *,
    role: RecipientRole,
    name: str,
    channel: Channel,
    email: str | None,
    language: str | None,
    kinds: list[str],
) -> Recipient:
    """Send a customer's documents to somebody else too (B2-25); raises `Refused` (B2-20)."""
    email = (email or "").strip().lower() or None
    if channel is Channel.EMAIL and email is None:
        raise Refused(_("To send by e-mail, an e-mail address is needed."))
    recipient = Recipient(
        id=ids.new(),
        organisation_id=customer.organisation_id,
        customer_id=customer.id,
        role=role,
        name=name,
        channel=channel,
        email=email,
        language=language,
        kinds=kinds,
    )
    session().add(recipient)
    note("recipient.added", by, customer.organisation_id, ("customer", customer.id), whom=name)
    return recipient


def note_checked(
    organisation_id: str,
    by: journal.Actor,
    *,
    addresses: Sequence[str],
    checked: str,
    at: datetime,
    endpoint: str,
    agreed: bool,
    channel: Channel,
) -> list[Recipient]:
    """Keep what a channel told of those with one of `addresses`; returns those of whom it was news.

    Those without an address in a channel are known by their e-mail, and get `endpoint`. What is older
    than what is known is left out.
    """
    by_email = and_(Recipient.endpoint == "", func.lower(Recipient.email).in_(addresses))
    rows = select(Recipient).where(
        Recipient.organisation_id == organisation_id,
        Recipient.removed_at.is_(None),
        or_(func.lower(Recipient.endpoint).in_(addresses), by_email),
        or_(Recipient.checked_at.is_(None), Recipient.checked_at < at),
    )
    found = list(session().scalars(rows.with_for_update(), execution_options=FRESH))
    for one in found:
        is_new = one.checked != checked
        one.checked, one.checked_at = checked, at
        one.endpoint = one.endpoint or endpoint
        if is_new:
            name = "recipient.agreed" if agreed else "recipient.disagreed"
            about = ("customer", one.customer_id)
            note(name, by, organisation_id, about, whom=one.name, channel=channel.value)
    return found


def remove_recipient(recipient: Recipient, who: Principal) -> None:
    """Stop sending to a recipient; what was sent stays on record."""
    recipient.removed_at = clock.now()
    about = ("customer", recipient.customer_id)
    note("recipient.removed", who.actor, recipient.organisation_id, about, whom=recipient.name)
