"""Another channel for what is held, came back or is wanted otherwise: by hand, by a ladder, by a bounce."""

from typing import Final

from sqlalchemy import select

from app.access.principal import Principal
from app.core import clock, journal, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery import rules
from app.delivery.actions import dispatching
from app.delivery.actions.moves import another_round, move, note, promise
from app.delivery.channels.adapter import Wanted
from app.delivery.channels.register import ADAPTERS
from app.delivery.channels.setups import Setups, all_of, obstacles
from app.delivery.models import Dispatch
from app.delivery.queries import dispatches
from app.delivery.rules import Because, Held, Obstacle, State
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.organisations import queries as organisations
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel

RECONSIDER = "delivery.reconsider"
AT_ONCE: Final = 200
"""How many held dispatches one piece of work looks at again."""


def ways_of(dispatch: Dispatch) -> dict[Channel, Obstacle | None]:
    """Return for every channel what stands in its way to the recipient of a dispatch (B2-20)."""
    document, wanted, setups = _about(dispatch)
    return obstacles(wanted, setups) if document else {}


def _about(dispatch: Dispatch) -> tuple[Document | None, Wanted, Setups]:
    rows = (
        select(Document, Customer, Recipient)
        .select_from(Dispatch)
        .join(Document, Document.id == Dispatch.document_id)
        .join(Customer, Customer.id == Dispatch.customer_id)
        .join(Recipient, Recipient.id == Dispatch.recipient_id)
        .where(Dispatch.id == dispatch.id)
    )
    document, customer, recipient = session().execute(rows).one()
    is_out = document.state is DocumentState.PUBLISHED
    wanted = Wanted(document.kind, customer, recipient)
    return document if is_out else None, wanted, all_of(dispatch.organisation_id)


def take(dispatch: Dispatch, channel: Channel, who: Principal) -> Dispatch:
    """Send what a dispatch is about over another channel, because a person says so; returns that one.

    Raises `Refused` with what stands in the way.
    """
    other = send_by(dispatch, channel, Because.BY_HAND, who.actor)
    if other.id != dispatch.id and move(dispatch, State.CANCELLED, _open(dispatch)):
        note("dispatch.withdrawn", dispatch, who.actor)
    return other


def _open(dispatch: Dispatch) -> list[State]:
    """Return the present state where it may still be withdrawn: what is under way stays."""
    may = rules.OPEN | {State.REJECTED, State.UNDELIVERABLE, State.FAILED, State.EXPIRED}
    return [dispatch.state] if dispatch.state in may else []


def send_by(dispatch: Dispatch, channel: Channel, because: Because, by: journal.Actor) -> Dispatch:
    """Have the document of a dispatch reach its recipient over `channel`, too; returns that dispatch.

    One that went this way before is sent anew, as another round; one that is under way is left alone.
    Raises `Refused` with what stands in the way.
    """
    document, wanted, setups = _about(dispatch)
    obstacle = obstacles(wanted, setups).get(channel, Obstacle.OFF)
    if document is None:
        raise Refused(_("The document was withdrawn or replaced: it is not sent any more."))
    if obstacle is not None:
        raise Refused(_(rules.OBSTACLE_NAMES[obstacle]))
    rows = select(Dispatch).where(
        Dispatch.document_id == document.id,
        Dispatch.recipient_id == dispatch.recipient_id,
        Dispatch.channel == channel,
    )
    before = session().scalar(rows)
    if before is not None:
        _again(before, wanted, because, by)
        return before
    house = organisations.organisation_by_id(document.organisation_id)
    choice = rules.Choice(channel, because)
    made = dispatching.insert_dispatch(document, wanted, house, choice, setups)
    found = dispatches.by_id(made) if made else session().scalar(rows)
    assert found is not None
    note("dispatch.channel_changed", found, by, new=channel.value)
    return found


def wish_by(dispatch: Dispatch, channel: Channel, because: Because) -> None:
    """Have the document of a dispatch reach its recipient over `channel`, now or once it is possible.

    Where something stands in the way the other dispatch is made all the same; it waits and says why.
    """
    document, wanted, setups = _about(dispatch)
    if document is None:
        return
    obstacle = obstacles(wanted, setups).get(channel, Obstacle.OFF)
    if obstacle is None:
        send_by(dispatch, channel, because, journal.SYSTEM)
        return
    house = organisations.organisation_by_id(document.organisation_id)
    choice = rules.Choice(None, because, (rules.Passed(channel, obstacle),))
    made = dispatching.insert_dispatch(document, wanted, house, choice, setups, over=channel)
    found = dispatches.by_id(made) if made else None
    if found is not None:
        note("dispatch.held", found, journal.SYSTEM, why=Held.OBSTACLE.value)


AGAIN: Final = (
    *(State.HELD, State.REJECTED, State.UNDELIVERABLE, State.FAILED),
    *(State.EXPIRED, State.CANCELLED),
)


def _again(before: Dispatch, wanted: Wanted, because: Because, by: journal.Actor) -> None:
    """Send anew what went, or was held, this way."""
    if before.state not in AGAIN:
        return
    promise(before.id, before.organisation_id)
    is_portal = before.channel is Channel.PORTAL
    forgotten = {} if before.state is State.HELD else another_round()
    moved = move(
        before,
        State.SUBMITTED if is_portal and before.state is State.HELD else State.QUEUED,
        [before.state],
        address=ADAPTERS[before.channel].address(wanted),
        because=because,
        held_because=None,
        answer="",
        queued_at=clock.now(),
        **forgotten,
    )
    if moved:
        note("dispatch.channel_changed", before, by, new=before.channel.value)


def promise_reconsidering(organisation_id: str, after: str = "") -> None:
    """Have all that no channel could take looked at again, beyond the dispatch `after`."""
    outbox.promise(
        RECONSIDER,
        organisation_id=organisation_id,
        key=f"reconsider:{organisation_id}:{after}",
        organisation=organisation_id,
        after=after,
    )


def reconsider_house(organisation: str, after: str = "") -> None:
    """Look again at some of what no channel could take, and promise the rest: now one may."""
    rows = select(Dispatch).where(
        Dispatch.organisation_id == organisation,
        Dispatch.state == State.HELD,
        Dispatch.held_because == Held.OBSTACLE,
        Dispatch.id > after,
    )
    found = list(session().scalars(rows.order_by(Dispatch.id).limit(AT_ONCE)))
    setups = all_of(organisation)
    for dispatch in found:
        look_again(dispatch, setups)
    if len(found) == AT_ONCE:
        promise_reconsidering(organisation, found[-1].id)


def reconsider_recipient(organisation_id: str, recipient_id: str) -> None:
    """Look again at what no channel could take to one recipient, whose data were just changed."""
    rows = select(Dispatch).where(
        Dispatch.organisation_id == organisation_id,
        Dispatch.recipient_id == recipient_id,
        Dispatch.state == State.HELD,
        Dispatch.held_because == Held.OBSTACLE,
    )
    setups = all_of(organisation_id)
    for dispatch in session().scalars(rows.order_by(Dispatch.id).limit(AT_ONCE)):
        look_again(dispatch, setups)


def look_again(dispatch: Dispatch, setups: Setups) -> bool:
    """Choose a channel anew for what no channel could take; False where it waits on."""
    document, wanted, _setups = _about(dispatch)
    if document is None:
        return False
    house = organisations.organisation_by_id(dispatch.organisation_id)
    choice = dispatching.choice_for(document, wanted, house, setups)
    if dispatch.because is Because.RETURNED:
        # What came back goes this one way: the ways that come first are those that it came back from.
        wish = (dispatch.channel, Because.RETURNED)
        choice = rules.choose([wish], obstacles(wanted, setups))
    if choice.channel is None:
        return False
    other = send_by(dispatch, choice.channel, choice.because, journal.SYSTEM)
    if other.id != dispatch.id and move(dispatch, State.CANCELLED, [State.HELD]):
        note("dispatch.withdrawn", dispatch, journal.SYSTEM)
    return True
