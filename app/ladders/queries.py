"""Every look-up of ladders and of climbs; what is due comes out of an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, String, and_, func, select, tuple_

from app.access.principal import Principal
from app.core.db import session
from app.delivery import queries as deliveries
from app.delivery.models import ChannelSettings, Dispatch, Receipt, ReceiptKind
from app.delivery.rules import State as DispatchState
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.ladders.models import Climb, ClimbStep, Ladder, LadderSettings
from app.ladders.rules import Deed, End, Group, State, groups_of
from app.organisations.models import Customer
from app.sms.models import SmsSettings

ENOUGH: Final = 1000
"""How far steps are counted for a sentence."""
Place = tuple[datetime, str]


def settings_of(organisation_id: str) -> LadderSettings:
    """Return what holds for all ladders of an organisation, or the defaults (not kept)."""
    found = session().get(LadderSettings, organisation_id)
    return found or LadderSettings(organisation_id=organisation_id, subdivision="", texts={})


def ladders_of(organisation_id: str) -> list[Ladder]:
    """Return the ladders of an organisation: at most one for each kind and group."""
    rows = select(Ladder).where(Ladder.organisation_id == organisation_id)
    return list(session().scalars(rows.order_by(Ladder.kind, Ladder.customers)))


def ladder(who: Principal, ladder_id: str) -> Ladder | None:
    """Return one ladder that exists for a principal."""
    mine = Ladder.organisation_id == who.organisation_id
    rows = select(Ladder).where(mine, Ladder.id == ladder_id)
    return session().scalar(rows) if who.is_staff else None


def ladder_for(customer: Customer, kind: str) -> Ladder | None:
    """Return the ladder that a document of a customer begins on: its own group's before that for all."""
    closest, every = groups_of(customer.kind)
    rows = select(Ladder).where(
        Ladder.organisation_id == customer.organisation_id,
        Ladder.kind == kind,
        Ladder.customers.in_((closest, every)),
        Ladder.is_on,
    )
    found = {one.customers: one for one in session().scalars(rows)}
    return found.get(closest) or found.get(Group.ALL)


def by_id(climb_id: str) -> Climb | None:
    """Return a climb as it stands now; for jobs."""
    return session().get(Climb, climb_id, populate_existing=True)


def one(who: Principal, climb_id: str) -> Climb | None:
    """Return one climb that exists for a principal."""
    mine = Climb.organisation_id == who.organisation_id
    rows = select(Climb).where(mine, Climb.id == climb_id)
    return session().scalar(rows) if who.is_staff else None


def climb_of(document_id: str, recipient_id: str) -> Climb | None:
    """Return the climb of a document towards one recipient."""
    rows = select(Climb).where(Climb.document_id == document_id, Climb.recipient_id == recipient_id)
    return session().scalar(rows)


def running_of(document_id: str) -> list[Climb]:
    """Return the climbs of a document that are not over."""
    rows = select(Climb).where(Climb.document_id == document_id, Climb.state == State.RUNNING)
    return list(session().scalars(rows.order_by(Climb.id)))


def steps_of(climb_id: str) -> list[ClimbStep]:
    """Return the steps of a climb that were taken, or could not be, in the order of their time."""
    rows = select(ClimbStep).where(ClimbStep.climb_id == climb_id)
    return list(session().scalars(rows.order_by(ClimbStep.at, ClimbStep.position)))


def dispatches_of(climb: Climb) -> list[Dispatch]:
    """Return everything that was sent of a document to its recipient, the oldest first."""
    every = deliveries.of_document(climb.document_id)
    return [one for one in every if one.recipient_id == climb.recipient_id]


def is_opened(climb: Climb, sent: Sequence[Dispatch]) -> bool:
    """Say whether a person has opened the document (PY-26): this recipient, or who signed in.

    What only another recipient's link was opened with is their reading. That something fetched the
    link's address proves no reader.
    """
    if any(one.opened_at is not None for one in sent):
        return True
    others = select(Dispatch.link_id).where(
        Dispatch.document_id == climb.document_id,
        Dispatch.recipient_id != climb.recipient_id,
        Dispatch.link_id.is_not(None),
    )
    rows = select(Receipt.id).where(
        Receipt.document_id == climb.document_id,
        Receipt.kind == ReceiptKind.OPENED,
        Receipt.reader_id.not_in(others),
    )
    return session().scalar(rows.limit(1)) is not None


def over(climb: Climb, document: Document, sent: Sequence[Dispatch]) -> End | None:
    """Say why a climb has no purpose any more; None: it goes on."""
    if document.state is DocumentState.SUPERSEDED:
        return End.SUPERSEDED
    if document.state is not DocumentState.PUBLISHED:
        return End.WITHDRAWN
    if document.answer is not None:
        return End.ANSWERED
    if document.open_minor == 0:
        return End.PAID
    if sent and all(one.state is DispatchState.CANCELLED for one in sent):
        return End.CANCELLED
    return End.OPENED if is_opened(climb, sent) else None


def due(now: datetime, after: Place | None, limit: int) -> list[tuple[datetime, str, str]]:
    """Return moment, id and organisation of climbs whose step's time has come, the longest first."""
    rows = select(Climb.due_at, Climb.id, Climb.organisation_id).where(Climb.due_at <= now)
    if after is not None:
        rows = rows.where(tuple_(Climb.due_at, Climb.id) > tuple_(*after))
    rows = rows.order_by(Climb.due_at, Climb.id).limit(limit)
    found = session().execute(rows)
    return [(row[0], row[1], row[2]) for row in found if row[0] is not None]


@dataclass(frozen=True, slots=True)
class Beside:
    """A climb as its document's page shows it."""

    climb: Climb
    steps: list[ClimbStep]
    channel_cost: int | None
    """What the channel of the next step costs, in minor units of the organisation's currency."""
    text_price: int | None
    """What one part of a text message costs."""


def beside(document_id: str, recipient_id: str | None = None) -> list[Beside]:
    """Return the climbs of a version with their steps and what the next of each costs; one SELECT."""
    channel = and_(
        ChannelSettings.organisation_id == Climb.organisation_id,
        ChannelSettings.channel.cast(String) == Climb.next_deed.cast(String),
    )
    rows = (
        select(Climb, ClimbStep, ChannelSettings.cost_minor, SmsSettings.price_minor)
        .outerjoin(ClimbStep, ClimbStep.climb_id == Climb.id)
        .outerjoin(ChannelSettings, channel)
        .outerjoin(SmsSettings, SmsSettings.organisation_id == Climb.organisation_id)
        .where(Climb.document_id == document_id)
        .order_by(Climb.id, ClimbStep.at, ClimbStep.position)
    )
    if recipient_id is not None:
        rows = rows.where(Climb.recipient_id == recipient_id)
    found: dict[str, Beside] = {}
    for climb, step, cost, price in session().execute(rows):
        one = found.setdefault(climb.id, Beside(climb, [], cost, price))
        if step is not None:
            one.steps.append(step)
    return list(found.values())


def page(
    organisation_id: str,
    since: datetime | None,
    until: datetime,
    place: Place | None,
    *,
    back: bool,
    limit: int,
) -> list[tuple[Climb, Dispatch]]:
    """Return at most `limit` climbs whose next step is due from `since` until `until`, with what was sent.

    Beyond the keyset `place`: moment and id.
    """
    rows = _of_day(organisation_id, since, until)
    if place is not None:
        at = tuple_(Climb.due_at, Climb.id)
        rows = rows.where(at < tuple_(*place) if back else at > tuple_(*place))
    order = (Climb.due_at.desc(), Climb.id.desc()) if back else (Climb.due_at, Climb.id)
    some = rows.order_by(*order).limit(limit).subquery()
    joined = (
        select(Climb, Dispatch)
        .join(some, some.c.id == Climb.id)
        .join(Dispatch, Dispatch.id == Climb.dispatch_id)
    )
    found = [(row[0], row[1]) for row in session().execute(joined.order_by(*order))]
    return found[::-1] if back else found


def counts(organisation_id: str, since: datetime | None, until: datetime) -> dict[Deed, int]:
    """Return how many steps of each sort are due in a time; of the first `ENOUGH` + 1 of all."""
    rows = _of_day(organisation_id, since, until).with_only_columns(
        Climb.next_deed, maintain_column_froms=True
    )
    some = rows.order_by(Climb.due_at, Climb.id).limit(ENOUGH + 1).subquery()
    counted = select(some.c.next_deed, func.count()).group_by(some.c.next_deed)
    return {Deed(deed): count for deed, count in session().execute(counted)}


def _of_day(organisation_id: str, since: datetime | None, until: datetime) -> Select[str]:
    rows = select(Climb.id).where(Climb.organisation_id == organisation_id, Climb.due_at < until)
    return rows if since is None else rows.where(Climb.due_at >= since)
