"""Channels that are down: noticed, tried one by one, and drained when they are back (B2-12)."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, literal, select, update

from app.core import clock, journal, outbox, runtime
from app.core.db import insert, session
from app.delivery.models import ChannelHealth, Dispatch
from app.delivery.queries import channels as queries
from app.delivery.rules import State
from app.organisations.rules import Channel

LONGEST_PROBE: Final = timedelta(minutes=1)
"""A channel that is down is tried at least so often, by one dispatch: its queue does not hammer it."""


WAIT: Final = timedelta(minutes=10)
"""How seldom what waits for such a channel is looked at: it is called as soon as the channel is back."""
AT_ONCE: Final = 500


def pause(organisation_id: str, channel: Channel) -> timedelta | None:
    """Return how long to wait because a channel is down; None: go, perhaps as the one that tries it."""
    found = queries.health(organisation_id, channel)
    if found is None:
        return None
    now = clock.now()
    taken = (
        update(ChannelHealth)
        .where(
            ChannelHealth.organisation_id == organisation_id,
            ChannelHealth.channel == channel,
            ChannelHealth.next_try_at <= now,
        )
        .values(next_try_at=now + LONGEST_PROBE)
        .returning(ChannelHealth.channel)
        .execution_options(synchronize_session=False)
    )
    if session().execute(taken).first() is not None:
        return None
    return WAIT


def probe() -> None:
    """Have one dispatch of every channel that is down try it, where it is time; the timetable asks."""
    down = select(ChannelHealth).where(ChannelHealth.next_try_at <= clock.now())
    for found in session().scalars(down.limit(AT_ONCE)):
        waiting = select(Dispatch.id).where(
            Dispatch.organisation_id == found.organisation_id,
            Dispatch.state == State.COMPONENT_DOWN,
            Dispatch.channel == found.channel,
        )
        first = session().scalar(waiting.order_by(Dispatch.id).limit(1))
        if first is not None:
            outbox.hasten(f"send:{first}")


def note_down(organisation_id: str, channel: Channel, trouble: str) -> None:
    """Write down that a channel is down, or still is, and when it is tried again."""
    now, first = clock.now(), runtime.current().settings.retry_seconds
    before = queries.health(organisation_id, channel)
    failures = before.failures + 1 if before else 1
    next_try = now + min(outbox.pause_before(failures, first), LONGEST_PROBE)
    row = insert(ChannelHealth).values(
        organisation_id=organisation_id,
        channel=channel,
        down_since=now,
        trouble=trouble[:500],
        failures=failures,
        next_try_at=next_try,
    )
    session().execute(
        row.on_conflict_do_update(
            index_elements=[ChannelHealth.organisation_id, ChannelHealth.channel],
            set_={"trouble": trouble[:500], "failures": failures, "next_try_at": next_try},
        )
    )
    if before is None:
        _note("channel.down", organisation_id, channel, trouble=trouble[:200])


def note_up(organisation_id: str, channel: Channel) -> None:
    """Write down that a channel is back, and have all that waits for it sent now."""
    gone = (
        delete(ChannelHealth)
        .where(ChannelHealth.organisation_id == organisation_id, ChannelHealth.channel == channel)
        .returning(ChannelHealth.channel)
        .execution_options(synchronize_session=False)
    )
    if session().execute(gone).first() is None:
        return
    outbox.hasten_all(
        select(literal("send:") + Dispatch.id).where(
            Dispatch.organisation_id == organisation_id,
            Dispatch.state == State.COMPONENT_DOWN,
            Dispatch.channel == channel,
        )
    )
    _note("channel.up", organisation_id, channel)


def _note(name: str, organisation_id: str, channel: Channel, trouble: str = "") -> None:
    about = ("organisation", organisation_id)
    journal.record(
        name,
        journal.SYSTEM,
        organisation_id=organisation_id,
        about=about,
        channel=channel.value,
        trouble=trouble,
    )
