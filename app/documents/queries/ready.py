"""Documents that are ready to be published, many at once."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.core.db import session
from app.documents.models import Document
from app.documents.queries.filters import AFTER_ALL, Filters, beyond_index, has_word, within
from app.documents.rules.life import State
from app.documents.rules.listing import Sort

_Newer = aliased(Document)


def ready(organisation_id: str, filters: Filters, chosen: Sequence[str] = ()) -> Select[Document]:
    """Return the ready documents that fit, or those of the `chosen` ids; the newest version first."""
    rows = select(Document).where(
        Document.organisation_id == organisation_id, Document.state == State.READY
    )
    rows = rows.where(Document.id.in_(chosen)) if chosen else rows.where(*_conditions(filters))
    return rows.order_by(Document.id.desc())


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.kind is not None:
        yield Document.kind == filters.kind
    if filters.customer_id is not None:
        yield Document.customer_id == filters.customer_id
    yield from within(filters, Sort.DATE)
    yield from beyond_index(filters, Sort.DATE)
    if filters.search:
        yield or_(*_found(filters))


def _found(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """Yield what a search may mean; the documents that are ready are few enough to ask each."""
    begin = filters.search.strip().lower()
    yield _begins(Document.number_sort, begin)
    yield Document.customer_id.in_(filters.named_customers)
    if filters.means_order:
        yield _begins(Document.order_sort, begin)
    if filters.searched_amount is not None:
        yield Document.total_minor == filters.searched_amount
    if filters.searched_day is not None:
        yield Document.listed_on == filters.searched_day
    if filters.searched_words:
        yield and_(*(has_word(word) for word in filters.searched_words))


def _begins(column: InstrumentedAttribute[Any], begin: str) -> ColumnElement[bool]:
    return and_(column >= begin, column < begin + AFTER_ALL)


def is_overtaken() -> ColumnElement[bool]:
    """Return the condition that a newer version of a document is published."""
    newer = select(_Newer.id).where(
        _Newer.lineage_id == Document.lineage_id,
        _Newer.version > Document.version,
        _Newer.state == State.PUBLISHED,
    )
    return newer.exists()


def by_ids(document_ids: Sequence[str]) -> dict[str, Document]:
    """Return documents by their ids; for jobs."""
    rows = session().scalars(select(Document).where(Document.id.in_(document_ids)))
    return {one.id: one for one in rows}
