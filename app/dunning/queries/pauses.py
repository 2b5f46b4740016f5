"""Look-ups of what is paused, and of customers that are spared."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock, languages
from app.core.db import session
from app.documents.models import Document
from app.documents.rules.life import State
from app.dunning.models import ReminderChoice, ReminderPause
from app.dunning.rules import Choice
from app.organisations.models import Customer


def _holds() -> ColumnElement[bool]:
    """Return the condition that a pause holds today, by the calendar of the house that is at work."""
    return _holds_on(clock.today(languages.timezone()))


def _holds_on(day: date) -> ColumnElement[bool]:
    lasts = or_(ReminderPause.until.is_(None), ReminderPause.until >= day)
    return and_(ReminderPause.ended_at.is_(None), lasts)


def pause_of(target_id: str) -> ReminderPause | None:
    """Return the pause of a document (by its lineage) or of a customer that holds today."""
    rows = select(ReminderPause).where(ReminderPause.target_id == target_id, _holds())
    return session().scalar(rows)


def choice_of(customer_id: str) -> Choice:
    """Return whether a customer is reminded."""
    found = session().get(ReminderChoice, customer_id)
    return found.choice if found is not None else Choice.INHERIT


def paused(
    organisation_id: str, day: date, cursor: str | None, *, back: bool, limit: int
) -> list[tuple[ReminderPause, Customer, Document | None]]:
    """Return pauses that hold on a day, newest first, beyond the keyset `cursor` (an id)."""
    rows = (
        select(ReminderPause, Customer, Document)
        .join(Customer, Customer.id == ReminderPause.customer_id)
        .outerjoin(Document, Document.id == ReminderPause.document_id)
        .where(
            ReminderPause.organisation_id == organisation_id,
            _holds_on(day),
        )
    )
    if cursor is not None:
        rows = rows.where(ReminderPause.id > cursor if back else ReminderPause.id < cursor)
    order = ReminderPause.id.asc() if back else ReminderPause.id.desc()
    found: list[tuple[ReminderPause, Customer, Document | None]] = [
        (row[0], row[1], row[2]) for row in session().execute(rows.order_by(order).limit(limit))
    ]
    return found[::-1] if back else found


def beside_document(who: Principal, document: Document) -> dict[str, Any]:
    """Return what the box on an invoice's page shows; nothing for who may not remind."""
    is_open = document.state is State.PUBLISHED and bool(document.open_minor)
    if not is_open or not who.may(Can.REMIND):
        return {"reminder_pauses": None}
    rows = select(ReminderPause).where(
        ReminderPause.target_id.in_((document.lineage_id, document.customer_id)),
        _holds(),
    )
    return {"reminder_pauses": list(session().scalars(rows.order_by(ReminderPause.id)))}


def beside_customer(who: Principal, customer: Customer) -> dict[str, Any]:
    """Return what the line on a customer's page shows; nothing for who may not remind."""
    if not who.may(Can.REMIND):
        return {"reminding": None}
    rows = (
        select(ReminderChoice.choice, ReminderPause)
        .select_from(Customer)
        .outerjoin(ReminderChoice, ReminderChoice.customer_id == Customer.id)
        .outerjoin(
            ReminderPause,
            and_(ReminderPause.target_id == Customer.id, _holds()),
        )
        .where(Customer.id == customer.id)
    )
    choice, pause = session().execute(rows).one()
    return {"reminding": (choice or Choice.INHERIT, pause)}
