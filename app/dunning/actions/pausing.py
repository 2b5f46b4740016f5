"""Pausing reminders of one document or of a customer, and going on (UX-10)."""

from datetime import date

from sqlalchemy import update

from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.models import Document
from app.dunning.actions import noting
from app.dunning.models import ReminderPause
from app.dunning.rules import Cause
from app.organisations.models import Customer


def pause_document(
    document: Document, by: journal.Actor, cause: Cause, *, reason: str = "", until: date | None
) -> None:
    """Remind of one invoice no more, until the end of a day; a pause that holds is replaced.

    Raises `Refused` where nothing is asked for.
    """
    if document.customer_id is None or not document.open_minor:
        raise Refused(_("Nothing is to be paid of this document."))
    _end(document.lineage_id)
    _begin(document, document.lineage_id, document.customer_id, cause, reason, until, by)
    _note("reminder.paused", document, by, cause=cause.value, until=_written(until))
    noting.stop(document.id)


def pause_customer(
    customer: Customer, by: journal.Actor, cause: Cause, *, reason: str = "", until: date | None
) -> None:
    """Remind a customer of nothing, until the end of a day; a pause that holds is replaced."""
    _end(customer.id)
    _begin(customer, customer.id, customer.id, cause, reason, until, by)
    _note("reminder.paused", customer, by, cause=cause.value, until=_written(until))


def resume(of: Document | Customer, by: journal.Actor) -> None:
    """Go on reminding; raises `Refused` where nothing is paused."""
    if not _end(of.lineage_id if isinstance(of, Document) else of.id):
        raise Refused(_("Nothing is paused here. Nothing was changed."))
    _note("reminder.resumed", of, by)


def _begin(
    of: Document | Customer,
    target_id: str,
    customer_id: str,
    cause: Cause,
    reason: str,
    until: date | None,
    by: journal.Actor,
) -> None:
    row = insert(ReminderPause).values(
        id=ids.new(),
        organisation_id=of.organisation_id,
        customer_id=customer_id,
        target_id=target_id,
        document_id=of.id if isinstance(of, Document) else None,
        cause=cause,
        reason=reason[:300],
        until=until,
        by_name=by.name[:200],
        created_at=clock.now(),
    )
    # Two who pause at once: one pause holds, whosever it is.
    session().execute(row.on_conflict_do_nothing())


def _end(target_id: str) -> bool:
    ended = (
        update(ReminderPause)
        .where(ReminderPause.target_id == target_id, ReminderPause.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(ReminderPause.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(ended).first() is not None


def _written(until: date | None) -> str:
    return until.isoformat() if until else ""


def _note(name: str, of: Document | Customer, by: journal.Actor, **data: object) -> None:
    is_document = isinstance(of, Document)
    journal.record(
        name,
        by,
        organisation_id=of.organisation_id,
        about=("document" if is_document else "customer", of.id),
        version=of.version if isinstance(of, Document) else None,
        **data,
    )
