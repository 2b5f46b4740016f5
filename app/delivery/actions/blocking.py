"""Addresses that nothing is sent to: blocked by what came back or by hand, and lifted (PY-28)."""

from typing import Any

from sqlalchemy import delete, select

from app.access.principal import Principal
from app.core import clock, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.actions.moves import move, note, promise
from app.delivery.models import BlockedAddress, BlockReason, Dispatch
from app.delivery.rules import Held, State
from app.organisations.rules import Channel

STRONGER = (BlockReason.HARD, BlockReason.COMPLAINT)
MOST_FREED = 500
"""Dispatches that go out at once when a block is lifted."""


def block(
    organisation_id: str,
    address: str,
    reason: BlockReason,
    by: journal.Actor,
    *,
    code: str = "",
    said: str = "",
    dispatch_id: str | None = None,
) -> bool:
    """Send nothing to an address any more; False where it is blocked already, for as good a reason."""
    address = address.strip().lower()
    values = {
        "reason": reason,
        "code": code[:20],
        "said": said[:500],
        "dispatch_id": dispatch_id,
        "blocked_at": clock.now(),
    }
    row = insert(BlockedAddress).values(organisation_id=organisation_id, address=address, **values)
    weaker = BlockedAddress.reason.not_in(STRONGER) if reason in STRONGER else None
    keyed = [BlockedAddress.organisation_id, BlockedAddress.address]
    kept = (
        row.on_conflict_do_nothing()
        if weaker is None
        else row.on_conflict_do_update(index_elements=keyed, set_=values, where=weaker)
    )
    blocked = session().execute(kept.returning(BlockedAddress.address)).first()
    if blocked is not None:
        _note("address.blocked", organisation_id, by, to=address, reason=reason.value, code=code)
    return blocked is not None


def add(organisation_id: str, address: str, who: Principal) -> None:
    """Block an address because a person says so; raises `Refused` where it is blocked already."""
    if not block(organisation_id, address, BlockReason.MANUAL, who.actor):
        raise Refused(_("This address is blocked already."))


def lift(organisation_id: str, address: str, who: Principal) -> int:
    """Send to an address again; returns how many dispatches that were held for it go out now.

    Raises `Refused` where it is not blocked any more.
    """
    waiting = list(
        session().scalars(
            select(Dispatch)
            .where(
                Dispatch.organisation_id == organisation_id,
                Dispatch.address == address,
                Dispatch.channel == Channel.EMAIL,
                Dispatch.state == State.HELD,
                Dispatch.held_because == Held.OBSTACLE,
            )
            .order_by(Dispatch.id)
            .limit(MOST_FREED)
        )
    )
    for dispatch in waiting:
        promise(dispatch.id, organisation_id)
    gone = delete(BlockedAddress).where(
        BlockedAddress.organisation_id == organisation_id, BlockedAddress.address == address
    )
    found = gone.returning(BlockedAddress.address).execution_options(synchronize_session=False)
    if session().execute(found).first() is None:
        raise Refused(_("This address is not blocked any more. Nothing was changed."))
    _note("address.unblocked", organisation_id, who.actor, to=address)
    return sum(_let_go(dispatch, who.actor) for dispatch in waiting)


def _let_go(dispatch: Dispatch, by: journal.Actor) -> bool:
    now = clock.now()
    gone = move(dispatch, State.QUEUED, [State.HELD], held_because=None, queued_at=now)
    if gone:
        note("dispatch.released", dispatch, by)
    return gone


def _note(name: str, organisation_id: str, by: journal.Actor, **data: Any) -> None:
    about = ("organisation", organisation_id)
    journal.record(name, by, organisation_id=organisation_id, about=about, **data)
