"""Where invoices stand in the course of reminding; what is due comes out of an index, level by level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Exists, Select, and_, literal_column, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.core.db import session
from app.delivery.models import Dispatch
from app.delivery.rules import HOW, Response, Went
from app.delivery.rules import State as DispatchState
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.dunning.models import (
    Reminder,
    ReminderChoice,
    ReminderPause,
    ReminderSettings,
    ReminderStep,
)
from app.dunning.rules import Choice, Last, State
from app.dunning.rules.course import Facts, Verdict, judge, stopped_by
from app.dunning.rules.levels import Level, counted_until
from app.organisations.models import Customer

Place = tuple[int, date, str]
"""Where an invoice stands in the order of the list: level reached, the day that counts, id."""
UNDECIDED: Final = frozenset({DocumentState.HELD, DocumentState.READY})
DISPUTES: Final = frozenset({Response.UNDER_QUERY, Response.REJECTED})
"""Answers of the recipient's side that stop reminders (Peppol IMR: UQ, RE)."""
GONE: Final = frozenset({DocumentState.WITHDRAWN, DocumentState.DISCARDED})


@dataclass(frozen=True, slots=True)
class Standing:
    """An invoice with its customer, and all that decides whether it is reminded of."""

    document: Document
    customer: Customer
    facts: Facts
    pauses: tuple[ReminderPause, ...]
    step: ReminderStep | None
    """The last level that it reached."""

    def verdict(self, of: ReminderSettings, day: date) -> Verdict:
        """Say which level is due on a day, or why none is."""
        return judge(self.facts, of.steps, day, by_default=of.by_default)

    def is_stopped(self, of: ReminderSettings, day: date) -> bool:
        """Say whether a reminder about it that is not out yet has no reason any more."""
        return stopped_by(self.facts, day, by_default=of.by_default) is not None


def place_of(one: Standing) -> Place:
    """Return where an invoice stands in the order of the list."""
    return _key(one.document)


def due(
    of: ReminderSettings,
    day: date,
    place: Place | None = None,
    *,
    limit: int,
    back: bool = False,
    customers: Sequence[str] = (),
) -> list[Standing]:
    """Return at most `limit` invoices whose next level is due by its days, beyond `place`.

    Something may stand in their way all the same: see the verdict of each. With `customers` only
    theirs.
    """
    parts = []
    for level in of.steps:
        rows = _of_level(of.organisation_id, level, day, place, back, customers)
        if rows is not None:
            parts.append(select(rows.limit(limit).subquery().c.id))
    if not parts:
        return []
    found = _with_facts(union_all(*parts).subquery())
    found.sort(key=place_of, reverse=back)
    return found[:limit][::-1] if back else found[:limit]


def _of_level(
    organisation_id: str,
    level: Level,
    day: date,
    place: Place | None,
    back: bool,
    customers: Sequence[str],
) -> Select[str] | None:
    """Return the invoices that wait for one level; None where `place` lies beyond them."""
    reached = level.number - 1
    if place is not None and (reached > place[0] if back else reached < place[0]):
        return None
    since: InstrumentedAttribute[date | None] = (
        Document.reminded_on if reached else Document.due_date
    )
    rows = select(Document.id).where(
        Document.organisation_id == organisation_id,
        Document.state == DocumentState.PUBLISHED,
        Document.reminded_level == reached,
        Document.open_minor > literal_column("0"),
        since <= counted_until(level, day),
    )
    if customers:
        rows = rows.where(Document.customer_id.in_(customers))
    if place is not None and reached == place[0]:
        rows = rows.where(_beyond(since, place, back))
    order = (since.desc(), Document.id.desc()) if back else (since, Document.id)
    return rows.order_by(*order)


def _beyond(since: InstrumentedAttribute[date | None], place: Place, back: bool) -> Any:
    _level, day, document_id = place
    if back:
        return and_(since <= day, or_(since < day, Document.id < document_id))
    return and_(since >= day, or_(since > day, Document.id > document_id))


def of_documents(ids: Sequence[str], organisation_id: str) -> list[Standing]:
    """Return how documents of an organisation stand, in the order of the list."""
    rows = select(Document.id).where(
        Document.id.in_(ids), Document.organisation_id == organisation_id
    )
    return sorted(_with_facts(rows.subquery()), key=place_of)


def of_lineages(lineages: Sequence[str]) -> list[Standing]:
    """Return how the published versions of documents stand, by id; those without one are left out."""
    rows = select(Document.id).where(
        Document.lineage_id.in_(lineages), Document.state == DocumentState.PUBLISHED
    )
    return sorted(_with_facts(rows.subquery()), key=lambda one: one.document.id)


def _with_facts(ids: Any) -> list[Standing]:
    """Read all that decides about some documents, in one statement."""
    own, whole = aliased(ReminderPause), aliased(ReminderPause)
    made = aliased(Document)
    rows = (
        select(Document, Customer, ReminderChoice.choice, own, whole, ReminderStep)
        .join(ids, ids.c.id == Document.id)
        .join(Customer, Customer.id == Document.customer_id)
        .outerjoin(ReminderChoice, ReminderChoice.customer_id == Document.customer_id)
        .outerjoin(own, and_(own.target_id == Document.lineage_id, own.ended_at.is_(None)))
        .outerjoin(whole, and_(whole.target_id == Document.customer_id, whole.ended_at.is_(None)))
        .outerjoin(
            ReminderStep,
            and_(
                ReminderStep.lineage_id == Document.lineage_id,
                ReminderStep.level == Document.reminded_level,
            ),
        )
        .outerjoin(Reminder, Reminder.id == ReminderStep.reminder_id)
        .outerjoin(made, made.id == ReminderStep.document_id)
        .add_columns(
            Reminder.state,
            made.state,
            _told(list(DispatchState)).label("is_told"),
            _told(_went(Went.SENT)).label("is_sent"),
            _told(_went(Went.WAITING)).label("is_waiting"),
            _disputed().label("is_disputed"),
        )
        # What another transaction has changed since must be seen.
        .execution_options(populate_existing=True)
    )
    return [_standing(row) for row in session().execute(rows)]


def _told(states: list[DispatchState]) -> Exists:
    """Return the condition that the last reminder has a dispatch in one of some states."""
    of_the_last = Dispatch.document_id == ReminderStep.document_id
    rows = select(Dispatch.id).where(of_the_last, Dispatch.state.in_(states))
    return rows.correlate(ReminderStep).exists()


def _disputed() -> Exists:
    """Return the condition that who got the invoice, or its last reminder, rejects it or asks back."""
    either = Dispatch.document_id.in_((Document.id, ReminderStep.document_id))
    rows = select(Dispatch.id).where(either, Dispatch.response.in_(DISPUTES))
    return rows.correlate(Document, ReminderStep).exists()


def _went(how: Went) -> list[DispatchState]:
    return [state for state, went in HOW.items() if went is how]


def _standing(row: Any) -> Standing:
    document, customer, choice, own, whole, step, *course, is_disputed = row
    pauses = tuple(one for one in (own, whole) if one is not None)
    facts = Facts(
        is_published=document.state is DocumentState.PUBLISHED,
        open_minor=document.open_minor,
        due_date=document.due_date,
        reached=document.reminded_level,
        reminded_on=document.reminded_on,
        last=_last(document, step, *course),
        choice=choice or Choice.INHERIT,
        pauses=tuple(one.pause for one in pauses),
        is_disputed=is_disputed,
    )
    return Standing(document, customer, facts, pauses, step)


def _last(
    document: Document,
    step: ReminderStep | None,
    state: State | None,
    made: DocumentState | None,
    is_told: bool,
    is_sent: bool,
    is_waiting: bool,
) -> Last:
    """Say what became of the last reminder; without a dispatch it is read in the portal."""
    if step is None:
        return Last.SENT if document.reminded_level else Last.NONE
    if made is None:
        return Last.UNSENT if state is State.FAILED else Last.COMING
    if made in UNDECIDED:
        return Last.COMING
    if made in GONE:
        return Last.TAKEN_BACK
    if is_sent or not is_told:
        return Last.SENT
    return Last.COMING if is_waiting else Last.UNSENT


def _key(document: Document) -> Place:
    since = document.reminded_on if document.reminded_level else document.due_date
    return document.reminded_level, since or date.max, document.id
