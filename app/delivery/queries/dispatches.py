"""Every look-up of dispatches, attempts and receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    false,
    func,
    join,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.delivery.models import Attempt, Dispatch, Receipt, ReceiptKind
from app.delivery.rules import HOW, NEEDS_CARE, Outcome, Response, State, Went
from app.documents.models import Document
from app.identity.models import CapabilityLink
from app.identity.rules import LinkPurpose
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
    response: Response | None = None
    is_test: bool = False


def visible(who: Principal) -> Select[Dispatch]:
    """Return the dispatches that exist for a principal: staff's organisation's, for others none."""
    mine = Dispatch.organisation_id == who.organisation_id
    return select(Dispatch).where(mine, ~false() if who.is_staff else false())


def one(who: Principal, dispatch_id: str) -> Dispatch | None:
    """Return one dispatch that exists for a principal."""
    return session().scalar(visible(who).where(Dispatch.id == dispatch_id))


def to_recipient(document_id: str, recipient_id: str, channel: Channel) -> Dispatch | None:
    """Return the dispatch of a document to a recipient over a channel; for jobs."""
    rows = select(Dispatch).where(
        Dispatch.document_id == document_id,
        Dispatch.recipient_id == recipient_id,
        Dispatch.channel == channel,
    )
    return session().scalar(rows)


def by_id(dispatch_id: str) -> Dispatch | None:
    """Return a dispatch; for jobs."""
    return session().get(Dispatch, dispatch_id)


def page(
    who: Principal, filters: Filters, cursor: str | None, *, back: bool, limit: int
) -> list[Dispatch]:
    """Return at most `limit` dispatches, newest first, beyond the keyset `cursor` (an id)."""
    rows = visible(who).where(*conditions(filters))
    if cursor is not None:
        rows = rows.where(Dispatch.id > cursor if back else Dispatch.id < cursor)
    order = Dispatch.id.asc() if back else Dispatch.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return what a list is narrowed by."""
    found: list[ColumnElement[bool]] = []
    if filters.channel is not None:
        found.append(Dispatch.channel == filters.channel)
    if filters.state is not None:
        found.append(Dispatch.state == filters.state)
    if filters.response is not None:
        found.append(Dispatch.response == filters.response)
        if filters.response is not Response.NONE:
            # Said in so many words: the index holds those alone that are answered.
            found.append(literal_column("dispatch.response <> 'none'"))
    if filters.is_test:
        found.append(Dispatch.is_test == true())
    if filters.since is not None:
        found.append(Dispatch.created_at >= filters.since)
    if filters.until is not None:
        found.append(Dispatch.created_at < filters.until)
    for column, text in (
        (Dispatch.address, filters.recipient),
        (Dispatch.number_sort, filters.number),
    ):
        begin = text.strip().lower()
        if begin:
            found += [column >= begin, column < begin + "\U0010ffff"]
    return found


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


def seen_before(
    who: Principal, document: Document, versions: Sequence[Document]
) -> tuple[Document, datetime] | None:
    """Return which older version a customer's person read before this newest one, and when (UX-28).

    `versions`: those that exist for the reader, the newest first. None where they have read this
    one, or no other. The database is not asked for staff, nor where there is no older version.
    """
    if not who.is_customer or len(versions) == 1 or versions[0].id != document.id:
        return None
    rows = select(Receipt.document_id, Receipt.at).where(
        Receipt.document_id.in_([one.id for one in versions]),
        Receipt.reader_id == who.id,
        Receipt.kind == ReceiptKind.OPENED,
    )
    seen = {row.document_id: row.at for row in session().execute(rows)}
    if not seen or document.id in seen:
        return None
    last = next(one for one in versions if one.id in seen)
    return last, seen[last.id]


def attempts_of(dispatch_id: str) -> list[Attempt]:
    """Return every attempt of a dispatch, the newest first."""
    rows = select(Attempt).where(Attempt.dispatch_id == dispatch_id)
    return list(session().scalars(rows.order_by(Attempt.position.desc())))


def may_have_arrived(dispatch: Dispatch) -> bool:
    """Say whether an attempt of the present round may have handed the parcel over."""
    unclear = select(Attempt.position).where(
        Attempt.dispatch_id == dispatch.id,
        Attempt.round == dispatch.round,
        or_(Attempt.outcome.is_(None), Attempt.outcome.in_((Outcome.UNKNOWN, Outcome.UNAVAILABLE))),
    )
    return session().scalar(unclear.limit(1)) is not None


def known_to_partner(
    organisation_id: str, channel: Channel, *of: ColumnElement[bool]
) -> tuple[Dispatch, Document] | None:
    """Return the newest dispatch that a partner has a name for, under conditions, with its document."""
    rows = (
        select(Dispatch, Document)
        .join(Document, Document.id == Dispatch.document_id)
        .where(
            Document.organisation_id == organisation_id,
            Dispatch.channel == channel,
            Dispatch.provider_ref.is_not(None),
            *of,
        )
        .order_by(Dispatch.id.desc())
        .limit(1)
    )
    found = session().execute(rows).first()
    return None if found is None else (found[0], found[1])


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


ENOUGH: Final = 1000
"""What is counted for a sentence is counted this far: beyond it nobody needs the exact number."""


@dataclass(frozen=True, slots=True)
class Lately:
    """How the dispatches went: of each day by outcome, and by state since the last visit."""

    days: list[tuple[date, dict[Went, int]]]
    since: dict[State, int]
    """At most `ENOUGH` + 1 of each state that needs care."""


def lately(who: Principal, timezone: str, days: int, since: datetime) -> Lately:
    """Return how the dispatches of the last `days` days of a place went; one SELECT.

    Days are those of the organisation's clock, whatever the database takes for its own; `since` is
    when what needs care now must have come to its state.
    """
    begins = clock.last_days(timezone, days)
    counted = [
        _of_days(who, begins),
        *(_changed(who, state, since) for state in sorted(NEEDS_CARE)),
    ]
    found = {day: dict.fromkeys(Went, 0) for day, _moment in begins}
    changed = dict.fromkeys(sorted(NEEDS_CARE), 0)
    for place, state, count in session().execute(union_all(*counted)):
        if place < 0:
            changed[State(state)] = count
        elif State(state) in HOW:
            found[begins[place][0]][HOW[State(state)]] += count
    return Lately(list(found.items()), changed)


def _of_days(who: Principal, begins: Sequence[tuple[date, datetime]]) -> Select[int, str, int]:
    made = Dispatch.created_at
    latest_first = reversed(list(enumerate(moment for _day, moment in begins)))
    day = case(*((made >= moment, place) for place, moment in latest_first), else_=0)
    state = Dispatch.state.cast(String).label("state")
    rows = visible(who).where(made >= begins[0][1])
    return rows.with_only_columns(day.label("place"), state, func.count()).group_by("place", state)


def _changed(who: Principal, state: State, since: datetime) -> Select[int, str, int]:
    rows = visible(who).where(Dispatch.state == state, Dispatch.changed_at >= since)
    some = rows.with_only_columns(Dispatch.id).limit(ENOUGH + 1).subquery()
    return select(literal(-1), literal(state.value), func.count(some.c.id))


def is_replaced(link_id: str) -> bool:
    """Say whether a revoked link gave way to another one: nothing that was sent names it any more.

    What somebody revoked is named still: by its dispatch, or it was no letter's at all.
    """
    link = session().get(CapabilityLink, link_id)
    if link is None or link.purpose is not LinkPurpose.DISPATCH:
        return False
    return session().scalar(select(Dispatch.id).where(Dispatch.link_id == link_id)) is None
