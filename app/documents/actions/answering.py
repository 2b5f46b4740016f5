"""Where a quote stands with its customer: answered once, opened again once, whoever asks how often."""

from datetime import date

from sqlalchemy import ColumnElement, func, or_, update

from app.core import clock
from app.core.db import session
from app.documents.models import Document
from app.documents.rules.life import STAYS, WAITS_FOR_EVER, Answer, State


def settle(document: Document, answer: Answer, today: date) -> bool:
    """Write down what the customer said to this very version; False where it is too late for it.

    One UPDATE decides: of two people, of a person and a newer version, of a person and midnight,
    one comes first. `today` is a day on the organisation's calendar.
    """
    still_valid = or_(Document.due_date.is_(None), Document.due_date >= today)
    unanswered = Document.answer.is_(None)
    values: dict[str, object] = {"answer": answer, "answered_at": clock.now()}
    if answer is not Answer.REVISION_ASKED:
        values["open_until"] = today + STAYS
    return _write(document, still_valid & unanswered, **values)


def open_again(document: Document) -> bool:
    """Let a published quote wait for an answer again; False where it does, or is not published."""
    open_until = func.coalesce(Document.due_date, WAITS_FOR_EVER)
    is_answered = Document.answer.is_not(None)
    return _write(document, is_answered, answer=None, answered_at=None, open_until=open_until)


def _write(document: Document, allowed: ColumnElement[bool], **values: object) -> bool:
    session().flush()
    written = (
        session()
        .execute(
            update(Document)
            .where(Document.id == document.id, Document.state == State.PUBLISHED, allowed)
            .values(**values)
            .returning(Document.id)
            .execution_options(synchronize_session=False)
        )
        .first()
    )
    session().refresh(document)
    return written is not None
