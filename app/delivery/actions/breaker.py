"""The circuit breaker: where half of all mails come back, letters pause until somebody has looked (PY-29).

Mails pause, and so do the letters that would be printed for mails which came back. What went another
way by itself goes on.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from app.access.principal import Principal
from app.core import clock, journal, outbox
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.actions import moves
from app.delivery.models import DeliverySettings, Dispatch
from app.delivery.queries import blocked, channels
from app.delivery.rules import Because, Held, State, bouncing
from app.organisations.models import Organisation
from app.organisations.rules import Channel

WATCH = "delivery.watch"
GO_ON = "delivery.go_on"
SOON: Final = timedelta(seconds=10)
"""Mails come back in crowds; they are counted once for all of a crowd."""
AT_ONCE: Final = 200
"""Dispatches that are let go in one transaction."""


def promise(organisation_id: str) -> None:
    """Promise to count what came back, soon."""
    outbox.promise(
        WATCH,
        organisation_id=organisation_id,
        key=f"watch:{organisation_id}",
        delay=SOON,
        organisation=organisation_id,
    )


def watch(organisation: str) -> None:
    """Pause the letters of an organisation where too many of them came back."""
    settings = channels.house_settings(organisation)
    if settings.letters_paused_at is not None:
        return
    now = clock.now()
    since = now - bouncing.BREAKER_WITHIN
    if settings.letters_resumed_at is not None:
        since = max(since, settings.letters_resumed_at)
    sent, came_back = blocked.mails_since(organisation, since)
    if bouncing.has_to_pause(sent, came_back) and _pause(organisation):
        about = ("organisation", organisation)
        counted = {"sent": sent, "undeliverable": came_back}
        journal.announce(
            "letters.paused", journal.SYSTEM, organisation_id=organisation, about=about, **counted
        )


def _pause(organisation_id: str) -> bool:
    row = insert(DeliverySettings).values(
        organisation_id=organisation_id, fallback=[], letters_paused_at=clock.now()
    )
    paused = row.on_conflict_do_update(
        index_elements=[DeliverySettings.organisation_id],
        set_={"letters_paused_at": clock.now()},
        where=DeliverySettings.letters_paused_at.is_(None),
    )
    found = session().execute(paused.returning(DeliverySettings.organisation_id)).first()
    session().expire_all()
    return found is not None


def is_held(dispatch: Dispatch, settings: DeliverySettings) -> bool:
    """Say whether a dispatch waits while letters pause."""
    is_letter = dispatch.channel is Channel.EMAIL or dispatch.because is Because.RETURNED
    return settings.letters_paused_at is not None and is_letter


def resume(house: Organisation, who: Principal) -> None:
    """Let letters go on; what is counted begins anew. Raises `Refused` where they do already."""
    promise_going_on(house.id)
    resumed = (
        update(DeliverySettings)
        .where(
            DeliverySettings.organisation_id == house.id,
            DeliverySettings.letters_paused_at.is_not(None),
        )
        .values(letters_paused_at=None, letters_resumed_at=clock.now())
        .returning(DeliverySettings.organisation_id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(resumed).first() is None:
        raise Refused(_("Letters go out already. Nothing was changed."))
    session().expire_all()
    about = ("organisation", house.id)
    journal.record("letters.resumed", who.actor, organisation_id=house.id, about=about)


def promise_going_on(organisation_id: str, after: str = "") -> None:
    """Promise to let go what was held meanwhile, beyond the dispatch `after`."""
    outbox.promise(
        GO_ON,
        organisation_id=organisation_id,
        key=f"go-on:{organisation_id}:{after}",
        organisation=organisation_id,
        after=after,
    )


def go_on(organisation: str, after: str) -> None:
    """Let go some of what was held while letters paused, and promise the rest."""
    if channels.house_settings(organisation).letters_paused_at is not None:
        return
    rows = select(Dispatch).where(
        Dispatch.organisation_id == organisation,
        Dispatch.state == State.HELD,
        Dispatch.held_because == Held.BREAKER,
        Dispatch.id > after,
    )
    waiting = list(session().scalars(rows.order_by(Dispatch.id).limit(AT_ONCE)))
    for dispatch in waiting:
        moves.promise(dispatch.id, organisation)
        values = {"held_because": None, "queued_at": clock.now()}
        if moves.move(dispatch, State.QUEUED, [State.HELD], **values):
            moves.note("dispatch.released", dispatch, journal.SYSTEM)
    if len(waiting) == AT_ONCE:
        promise_going_on(organisation, waiting[-1].id)
