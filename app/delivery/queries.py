"""Every look-up of dispatches, attempts and receipts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, false, func, join, select, union_all
from sqlalchemy.orm import aliased

from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.delivery.models import Attempt, Dispatch, Receipt
from app.delivery.rules import NEEDS_CARE, State
from app.organisations.rules import Channel


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of dispatches is narrowed to (B2-10); empty means not narrowed."""

    channel: Channel | None = None
    state: State | None = None
    since: datetime | None = None
    until: datetime | None = None
    recipient: str = ""
    number: str = ""


def visible(who: Principal) -> Select[Dispatch]:
    """Return the dispatches that exist for a principal: staff's organisation's, for others none."""
    mine = Dispatch.organisation_id == who.organisation_id
    return select(Dispatch).where(mine, ~false() if who.is_staff else false())


def one(who: Principal, dispatch_id: str) -> Dispatch | None:
    """Return one dispatch that exists for a principal."""
    return session().scalar(visible(who).where(Dispatch.id == dispatch_id))


def by_id(dispatch_id: str) -> Dispatch | None:
    """Return a dispatch; for jobs."""
    return session().get(Dispatch, dispatch_id)


def page(
    who: Principal, filters: Filters, cursor: str | None, *, back: bool, limit: int
) -> list[Dispatch]:
    """Return at most `limit` dispatches, newest first, beyond the keyset `cursor` (an id)."""
    rows = visible(who).where(*_conditions(filters))
    if cursor is not None:
        rows = rows.where(Dispatch.id > cursor if back else Dispatch.id < cursor)
    order = Dispatch.id.asc() if back else Dispatch.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.channel is not None:
        conditions.append(Dispatch.channel == filters.channel)
    if filters.state is not None:
        conditions.append(Dispatch.state == filters.state)
    if filters.since is not None:
        conditions.append(Dispatch.created_at >= filters.since)
    if filters.until is not None:
        conditions.append(Dispatch.created_at < filters.until)
    for column, text in (
        (Dispatch.address, filters.recipient),
        (Dispatch.number_sort, filters.number),
    ):
        begin = text.strip().lower()
        if begin:
            conditions += [column >= begin, column < begin + "\U0010ffff"]
    return conditions


def of_document(document_id: str) -> list[Dispatch]:
    """Return the dispatches of one version of a document, the oldest first."""
    rows = select(Dispatch).where(Dispatch.document_id == document_id).order_by(Dispatch.id)
    return list(session().scalars(rows))


def beside(document_id: str) -> tuple[list[Dispatch], list[Receipt]]:
    """Return the dispatches and the receipts of a version, each oldest first, in one SELECT."""
    one = aliased(Dispatch, select(Dispatch).where(Dispatch.document_id == document_id).subquery())
    other = aliased(Receipt, select(Receipt).where(Receipt.document_id == document_id).subquery())
    # Joined on nothing: the rows of both, one kind after the other.
    rows = (
        session()
        .execute(select(one, other).select_from(join(one, other, false(), full=True)))
        .all()
    )
    dispatches = [row[0] for row in rows if row[0] is not None]
    receipts = [row[1] for row in rows if row[1] is not None]
    return sorted(dispatches, key=lambda row: row.id), sorted(receipts, key=lambda row: row.id)


def attempts_of(dispatch_id: str) -> list[Attempt]:
    """Return every attempt of a dispatch, the newest first."""
    rows = select(Attempt).where(Attempt.dispatch_id == dispatch_id)
    return list(session().scalars(rows.order_by(Attempt.position.desc())))


def needing_care(who: Principal, limit: int) -> list[Dispatch]:
    """Return the newest dispatches that somebody has to look at."""
    newest = [
        visible(who).where(Dispatch.state == state).order_by(Dispatch.id.desc()).limit(limit)
        for state in sorted(NEEDS_CARE)
    ]
    # An index gives the newest of one state; of several at once it would have to sort them all.
    ids = [select(each.with_only_columns(Dispatch.id).subquery().c.id) for each in newest]
    rows = select(Dispatch).where(Dispatch.id.in_(union_all(*ids)))
    return list(session().scalars(rows.order_by(Dispatch.id.desc()).limit(limit)))


def counts_since(who: Principal, since: datetime) -> dict[State, int]:
    """Return how many dispatches made since a moment are in which state."""
    rows = (
        visible(who)
        .where(Dispatch.created_at >= since)
        .with_only_columns(Dispatch.state, func.count())
        .group_by(Dispatch.state)
    )
    counts = dict.fromkeys(State, 0)
    counts.update({row[0]: row[1] for row in session().execute(rows)})
    return counts


def sent_by_day(who: Principal, days: int) -> list[tuple[date, int]]:
    """Return how many dispatches were made on each of the last `days` days (UTC), oldest first."""
    today = clock.now().date()
    first = today - timedelta(days=days - 1)
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    day = func.date(Dispatch.created_at)
    rows = (
        visible(who)
        .where(Dispatch.created_at >= begin - timedelta(days=days - 1))
        .with_only_columns(day, func.count())
        .group_by(day)
    )
    counts = {str(row[0]): row[1] for row in session().execute(rows)}
    every_day = (first + timedelta(days=place) for place in range(days))
    return [(one_day, counts.get(str(one_day), 0)) for one_day in every_day]
