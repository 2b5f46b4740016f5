"""What happens elsewhere and means something to reminders: published, paid, taken back, disputed."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.core import clock, journal
from app.core.db import insert, session
from app.delivery import actions as delivery
from app.documents import queries as documents
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State as DocumentState
from app.dunning import queries
from app.dunning.actions import ordering
from app.dunning.models import Reminder, ReminderStep
from app.dunning.queries import Standing
from app.dunning.rules import Last, Obstacle, State
from app.dunning.rules.course import stopped_by
from app.organisations import queries as organisations

UNDECIDED: Final = frozenset({DocumentState.HELD, DocumentState.READY})
OUT: Final = UNDECIDED | {DocumentState.PUBLISHED, DocumentState.SUPERSEDED}
"""States of a reminder that somebody may have got, or may still get: it is not made again."""


def note_published(document_id: str) -> None:
    """Count a reminder that is published, whoever made it; of an invoice look what changed."""
    document = documents.by_id(document_id)
    if document is None or document.state is not DocumentState.PUBLISHED:
        return
    if document.kind is not Kind.REMINDER:
        if document.version > 1:
            stop(document.id)
        return
    own = queries.reminder_by_document(document.id)
    if own is not None:
        _count_from(own, _out_on(document))
    elif document.customer_id is not None:
        _count_of_others(document, _said(document))


def _said(document: Document) -> EInvoice:
    return documents.einvoice_of(documents.content_of(document)) or EInvoice()


def _count_from(own: Reminder, day: date) -> None:
    """Let the days of the next level count from the day on which the reminder could be read."""
    for step in queries.steps_of(own.id):
        session().execute(
            update(Document)
            .where(Document.lineage_id == step.lineage_id, Document.reminded_level == step.level)
            .values(reminded_on=day)
            .execution_options(synchronize_session="fetch")
        )


def _count_of_others(document: Document, said: EInvoice) -> None:
    """Count another program's reminder: its level is reached, and Kontor makes none for it."""
    level = max(1, int(said.reminder_level or 1))
    numbers = sorted({one.number for one in said.reminded_invoices if one.number})[:500]
    rows = select(Document).where(
        Document.organisation_id == document.organisation_id,
        Document.customer_id == document.customer_id,
        Document.state == DocumentState.PUBLISHED,
        Document.number_sort.in_([number.lower()[:100] for number in numbers]),
        Document.open_minor.is_not(None),
    )
    for invoice in session().scalars(rows.order_by(Document.id)).all():
        _reach(invoice, level, document)


def _reach(invoice: Document, level: int, reminder: Document) -> None:
    """Write down that an invoice has reached a level by another program's reminder."""
    before = invoice.reminded_on
    session().execute(
        update(Document)
        .where(
            Document.id == invoice.id,
            Document.reminded_level <= level,
        )
        .values(reminded_level=level, reminded_on=_out_on(reminder))
        .execution_options(synchronize_session="fetch")
    )
    row = insert(ReminderStep).values(
        lineage_id=invoice.lineage_id,
        level=level,
        organisation_id=invoice.organisation_id,
        document_id=reminder.id,
        day_before=before,
    )
    # One of ours that is not made yet gives way; one that is made stays what it is.
    session().execute(
        row.on_conflict_do_update(
            index_elements=["lineage_id", "level"],
            set_={"reminder_id": None, "document_id": reminder.id},
            where=ReminderStep.document_id.is_(None),
        )
    )


def stop(document_id: str) -> None:
    """Stop reminders about an invoice that are not out yet, where there is no reason for them any more.

    What is not published is discarded as a whole: the next run asks anew for what is left of it. Of
    what is published only mails are stopped that have not gone out.
    """
    document = documents.by_id(document_id)
    if document is None or not document.reminded_level:
        return
    of, day = queries.settings_of(document.organisation_id), _today(document)
    for reminder in queries.waiting_reminders(document.lineage_id):
        made = documents.by_id(reminder.document_id or "")
        if of is None or made is None or reminder.state is not State.MADE:
            continue
        steps = queries.steps_of(reminder.id)
        standing = queries.of_lineages([step.lineage_id for step in steps])
        because = {
            one.document.lineage_id: stopped_by(one.facts, day, by_default=of.by_default)
            for one in standing
        }
        stopped = _stopped(steps, because)
        if stopped and made.state in UNDECIDED:
            _discard(reminder, made, steps, stopped)
        elif len(stopped) == len(steps) and made.state is DocumentState.PUBLISHED:
            delivery.cancel_open(made.id)


def _stopped(
    steps: Sequence[ReminderStep], because: dict[str, Obstacle | None]
) -> dict[str, Obstacle]:
    """Return why steps are stopped, by lineage; without a published version an invoice is gone."""
    found = {
        step.lineage_id: because.get(step.lineage_id, Obstacle.NOT_PUBLISHED) for step in steps
    }
    return {lineage: obstacle for lineage, obstacle in found.items() if obstacle is not None}


def _discard(
    reminder: Reminder,
    made: Document,
    steps: Sequence[ReminderStep],
    stopped: dict[str, Obstacle],
) -> None:
    publication.discard(made, journal.SYSTEM)
    reminder.state, reminder.settled_at = State.STOPPED, clock.now()
    session().flush()
    for step in steps:
        ordering.give_back(step, stopped.get(step.lineage_id), journal.SYSTEM)


def again(one: Standing, by: journal.Actor) -> bool:
    """Let an invoice be reminded of anew whose last reminder was taken back; False where none was."""
    if one.step is None or one.facts.last not in (Last.TAKEN_BACK, Last.UNSENT):
        return False
    made = documents.by_id(one.step.document_id or "")
    if made is not None and made.state in OUT:
        return False
    ordering.give_back(one.step, Obstacle.TAKEN_BACK, by)
    return True


def _today(document: Document) -> date:
    house = organisations.organisation_by_id(document.organisation_id)
    return clock.today(house.timezone)


def _out_on(document: Document) -> date:
    """Return the day on which a document was published, however late that is heard of."""
    house = organisations.organisation_by_id(document.organisation_id)
    published_at = document.published_at or clock.now()
    return published_at.astimezone(ZoneInfo(house.timezone)).date()
