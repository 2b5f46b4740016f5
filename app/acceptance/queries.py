"""Every look-up of answers to quotes, and of quotes that wait for one."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, select, union_all

from app.acceptance import rules
from app.acceptance.models import QuoteAnswer
from app.acceptance.rules import Obstacle
from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations import queries as organisations


def acceptable(who: Principal, quote_id: str) -> Document | None:
    """Return one document that exists for a principal, if it is of a kind that is accepted."""
    found = documents.one(who, quote_id)
    return found if found is not None and found.kind.traits.is_acceptable else None


def obstacle(document: Document) -> Obstacle | None:
    """Return why a document takes no answer at this moment; None where it waits for one."""
    house = organisations.organisation_by_id(document.organisation_id)
    today = clock.today(house.timezone)
    return rules.obstacle(document.state, document.answer, document.due_date, today)


def newer(who: Principal, document: Document) -> Document | None:
    """Return the version that took a document's place, if it exists for a principal."""
    return documents.one(who, document.superseded_by) if document.superseded_by else None


def answer_of(document: Document) -> QuoteAnswer | None:
    """Return the answer that holds."""
    rows = select(QuoteAnswer).where(QuoteAnswer.document_id == document.id, _holds())
    return session().scalar(rows)


def answers_of(who: Principal, document: Document) -> list[QuoteAnswer]:
    """Return what was said to a document, the newest first; to customers only what holds.

    Asks the database only where there can be something.
    """
    if not document.kind.traits.is_acceptable or document.published_at is None:
        return []
    if not who.is_staff and document.answer is None:
        return []
    rows = select(QuoteAnswer).where(QuoteAnswer.document_id == document.id)
    if not who.is_staff:
        rows = rows.where(_holds())
    return list(session().scalars(rows.order_by(QuoteAnswer.id.desc()).limit(20)))


def holding(shown: Iterable[Document]) -> dict[str, QuoteAnswer]:
    """Return the answers that hold, by the ids of the documents that are shown."""
    answered = [one.id for one in shown if one.answer is not None]
    if not answered:
        return {}
    rows = select(QuoteAnswer).where(QuoteAnswer.document_id.in_(answered), _holds())
    return {one.document_id: one for one in session().scalars(rows)}


def by_id(answer_id: str) -> QuoteAnswer | None:
    """Return an answer; for jobs."""
    return session().get(QuoteAnswer, answer_id)


def waiting(who: Principal, today: date, limit: int) -> list[Document]:
    """Return the quotes that wait for the answer of a principal, the most urgent first.

    `today` is a day on the organisation's calendar: what ends before it has expired. The database is
    not asked for who may answer none.
    """
    kinds = [
        kind
        for kind in Kind
        if kind.traits.is_acceptable and who.may(Can.ANSWER_QUOTES, kind.value)
    ]
    if not kinds:
        return []
    # By themselves: the databases do not agree on where what has no date stands in an index.
    parts = [
        _short(who, kind, when, limit)
        for kind in kinds
        for when in (Document.due_date >= today, Document.due_date.is_(None))
    ]
    found = session().scalars(select(Document).where(Document.id.in_(union_all(*parts))))
    return sorted(found, key=documents.urgency)[:limit]


def _short(who: Principal, kind: Kind, when: ColumnElement[bool], limit: int) -> Select[str]:
    rows = (
        documents.visible(who)
        .where(Document.state == State.PUBLISHED, Document.kind == kind)
        .where(Document.answer.is_(None), when)
        .order_by(Document.due_date, Document.id)
        .limit(limit)
        .with_only_columns(Document.id)
    )
    return select(rows.subquery().c.id)


def _holds() -> ColumnElement[bool]:
    return QuoteAnswer.reopened_at.is_(None)
