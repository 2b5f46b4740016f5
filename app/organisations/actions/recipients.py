"""Who gets a customer's documents."""

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations.actions.lines import note
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel, RecipientRole


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


def remove_recipient(recipient: Recipient, who: Principal) -> None:
    """Stop sending to a recipient; what was sent stays on record."""
    recipient.removed_at = clock.now()
    about = ("customer", recipient.customer_id)
    note("recipient.removed", who.actor, recipient.organisation_id, about, whom=recipient.name)
