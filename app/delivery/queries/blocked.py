"""Look-ups about mails that came back: addresses that are blocked, and how many came back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, case, false, func, select

from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.delivery.models import BlockedAddress, BlockReason, Dispatch
from app.delivery.rules import State, bouncing
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.organisations import queries as organisations
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel


def visible(who: Principal) -> Select[BlockedAddress]:
    """Return the blocked addresses that exist for a principal: staff's organisation's."""
    mine = BlockedAddress.organisation_id == who.organisation_id
    return select(BlockedAddress).where(mine, ~false() if who.is_staff else false())


def page(
    who: Principal, begin: str, cursor: str | None, *, back: bool, limit: int
) -> list[BlockedAddress]:
    """Return at most `limit` blocked addresses that begin so, by address, beyond the keyset `cursor`."""
    rows = visible(who)
    if begin:
        rows = rows.where(
            BlockedAddress.address >= begin, BlockedAddress.address < begin + "\U0010ffff"
        )
    if cursor is not None:
        beyond = BlockedAddress.address
        rows = rows.where(beyond < cursor if back else beyond > cursor)
    order = BlockedAddress.address.desc() if back else BlockedAddress.address.asc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def newest_states(organisation_id: str, address: str) -> list[State]:
    """Return where the newest mails to an address stand, the last first, as far as they count."""
    rows = select(Dispatch.state).where(
        Dispatch.organisation_id == organisation_id,
        Dispatch.address == address,
        Dispatch.channel == Channel.EMAIL,
        Dispatch.state.in_(sorted(bouncing.COUNTED)),
        Dispatch.created_at >= clock.now() - bouncing.SOFT_WITHIN,
    )
    newest = rows.order_by(Dispatch.id.desc()).limit(bouncing.SOFT_AT_MOST)
    return list(session().scalars(newest))


def mails_since(organisation_id: str, since: datetime) -> tuple[int, int]:
    """Return how many mails went out since a moment, and how many of them came back; for a job."""
    came_back = case((Dispatch.state == State.UNDELIVERABLE, 1), else_=0)
    rows = select(func.count(), func.coalesce(func.sum(came_back), 0)).where(
        Dispatch.organisation_id == organisation_id,
        # What went out since has changed since: the index on states and changes finds it.
        Dispatch.state.in_(sorted(bouncing.COUNTED)),
        Dispatch.changed_at >= since,
        Dispatch.handed_at >= since,
        Dispatch.channel == Channel.EMAIL,
    )
    sent, back = session().execute(rows).one()
    return sent, back


@dataclass(frozen=True, slots=True)
class Returns:
    """What came back from a recipient's addresses."""

    blocked: BlockReason | None = None
    """Why its present address is blocked."""
    waiting: int = 0
    """Mails to an older address that came back; of the customer's newest documents."""


MOST: Final = 50
"""Newest documents of a customer that are looked at for what came back."""


def beside_recipients(who: Principal, customer: Customer) -> dict[str, Any]:
    """Return the recipients of a customer, and what its page says of what came back; one SELECT."""
    if not who.may(Can.READ_DELIVERIES):
        return {"recipients": organisations.recipients_of(customer.id), "returns": {}}
    waiting = (
        _came_back(customer.organisation_id, customer.id)
        .where(Dispatch.recipient_id == Recipient.id, Dispatch.address != Recipient.email)
        .with_only_columns(func.count())
        .correlate(Recipient)
        .scalar_subquery()
    )
    is_blocked = and_(
        BlockedAddress.organisation_id == Recipient.organisation_id,
        BlockedAddress.address == Recipient.email,
    )
    rows = (
        select(Recipient, BlockedAddress.reason, waiting)
        .outerjoin(BlockedAddress, is_blocked)
        .where(Recipient.customer_id == customer.id, Recipient.removed_at.is_(None))
        .order_by(Recipient.id)
    )
    found = session().execute(rows).all()
    return {
        "recipients": [row[0] for row in found],
        "returns": {row[0].id: Returns(row[1], row[2]) for row in found},
        "REASON_NAMES": bouncing.REASON_NAMES,
    }


def _came_back(organisation_id: str, customer_id: str) -> Select[Dispatch]:
    """Return the mails about a customer's newest documents that came back."""
    newest = (
        select(Document.id)
        .where(
            Document.organisation_id == organisation_id,
            Document.customer_id == customer_id,
            Document.state == DocumentState.PUBLISHED,
        )
        .order_by(Document.listed_on.desc(), Document.id.desc())
        .limit(MOST)
        .subquery()
    )
    return select(Dispatch).where(
        Dispatch.document_id.in_(select(newest.c.id)),
        Dispatch.channel == Channel.EMAIL,
        Dispatch.state == State.UNDELIVERABLE,
    )


def to_send_again(recipient: Recipient) -> list[Dispatch]:
    """Return what came back from another address of a recipient than its present one, oldest first."""
    rows = _came_back(recipient.organisation_id, recipient.customer_id)
    other = rows.where(
        Dispatch.recipient_id == recipient.id, Dispatch.address != (recipient.email or "")
    )
    return list(session().scalars(other.order_by(Dispatch.id)))
