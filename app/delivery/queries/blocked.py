"""Look-ups about mails that came back: addresses that are blocked, and how many came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, String, case, false, func, literal, select, union_all

from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.delivery.models import BlockedAddress, BlockReason, Dispatch
from app.delivery.rules import State, bouncing
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.organisations.models import Recipient
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


def beside_recipients(who: Principal, recipients: Sequence[Recipient]) -> dict[str, Any]:
    """Return what a customer's page says of what came back from its recipients."""
    return {"returns": _returns(who, recipients), "REASON_NAMES": bouncing.REASON_NAMES}


def _returns(who: Principal, recipients: Sequence[Recipient]) -> dict[str, Returns]:
    """Return by recipient what its page says of what came back; one SELECT, none for who may not see it."""
    mailed = {one.id: one for one in recipients if one.email}
    if not mailed or not who.may(Can.READ_DELIVERIES):
        return {}
    first = next(iter(mailed.values()))
    blocks = select(BlockedAddress.address, BlockedAddress.reason.cast(String), literal(-1)).where(
        BlockedAddress.organisation_id == first.organisation_id,
        BlockedAddress.address.in_([one.email for one in mailed.values()]),
    )
    waiting = _came_back(first.organisation_id, first.customer_id, list(mailed)).subquery()
    counted = select(waiting.c.recipient_id, waiting.c.address, func.count()).group_by(
        waiting.c.recipient_id, waiting.c.address
    )
    found = session().execute(union_all(blocks, counted)).all()
    reasons = {name: BlockReason(word) for name, word, count in found if count < 0}
    counts = dict.fromkeys(mailed, 0)
    for name, address, count in found:
        if count > 0 and address != mailed[name].email:
            counts[name] += count
    return {key: Returns(reasons.get(one.email or ""), counts[key]) for key, one in mailed.items()}


def _came_back(
    organisation_id: str, customer_id: str, recipient_ids: Sequence[str]
) -> Select[Dispatch]:
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
        Dispatch.recipient_id.in_(recipient_ids),
        Dispatch.channel == Channel.EMAIL,
        Dispatch.state == State.UNDELIVERABLE,
    )


def to_send_again(recipient: Recipient) -> list[Dispatch]:
    """Return what came back from another address of a recipient than its present one, oldest first."""
    rows = _came_back(recipient.organisation_id, recipient.customer_id, [recipient.id])
    other = rows.where(Dispatch.address != (recipient.email or ""))
    return list(session().scalars(other.order_by(Dispatch.id)))
