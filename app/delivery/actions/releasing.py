"""Let go what is held, take another channel, tick off: what staff decide about dispatches (B2-14, B2-16)."""

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.actions.moves import move, note, promise
from app.delivery.models import Dispatch
from app.delivery.rules import Held, State
from app.organisations.rules import Channel


def release(dispatch: Dispatch, who: Principal) -> bool:
    """Let one held dispatch go; False where it is not held any more.

    Raises `Refused` where no channel can take it.
    """
    if dispatch.held_because is Held.OBSTACLE:
        raise Refused(_("No channel can take it yet. Choose one, or complete the data first."))
    return let_go(dispatch, who.actor)


def let_go(dispatch: Dispatch, by: journal.Actor) -> bool:
    """Let a held dispatch go; False where it is not held for release any more."""
    if dispatch.held_because is Held.OBSTACLE:
        return False
    promise(dispatch.id, dispatch.organisation_id)
    is_portal = dispatch.channel is Channel.PORTAL
    target = State.SUBMITTED if is_portal else State.QUEUED
    now = clock.now()
    if not move(dispatch, target, [State.HELD], held_because=None, queued_at=now):
        return False
    note("dispatch.released", dispatch, by)
    return True


def tick_off(dispatch: Dispatch, who: Principal) -> None:
    """Say that somebody has dealt with a dispatch: it leaves the queues of work (B2-16)."""
    _tick(dispatch, done_at=clock.now(), done_by=who.name[:200])
    note("dispatch.ticked_off", dispatch, who.actor)


def put_back(dispatch: Dispatch, who: Principal) -> None:
    """Put a dispatch that was ticked off back into its queue of work."""
    _tick(dispatch, done_at=None, done_by=None)
    note("dispatch.put_back", dispatch, who.actor)


def _tick(dispatch: Dispatch, **values: object) -> None:
    change = update(Dispatch).where(Dispatch.id == dispatch.id).values(**values)
    session().execute(change.execution_options(synchronize_session=False))
    session().refresh(dispatch)
