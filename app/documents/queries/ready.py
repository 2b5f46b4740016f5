"""Documents that are ready to be published, many at once."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.core.db import session
from app.documents.models import Document
from app.documents.queries.documents import Filters
from app.documents.rules.life import State

_Newer = aliased(Document)


def ready(organisation_id: str, filters: Filters, chosen: Sequence[str] = ()) -> Select[Document]:
    """Return the ready documents that fit, or those of the `chosen` ids; the newest version first."""
    rows = select(Document).where(
        Document.organisation_id == organisation_id, Document.state == State.READY
    )
    rows = rows.where(Document.id.in_(chosen)) if chosen else rows.where(*_conditions(filters))
    return rows.order_by(Document.id.desc())


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    begin = filters.search.strip().lower()
    if filters.kind is not None:
        conditions.append(Document.kind == filters.kind)
    if filters.customer_id is not None:
        conditions.append(Document.customer_id == filters.customer_id)
    if filters.since is not None:
        conditions.append(Document.listed_on >= filters.since)
    if filters.until is not None:
        conditions.append(Document.listed_on <= filters.until)
    if begin:
        conditions.append(_found(begin, filters.named_customers))
    return conditions


def _found(begin: str, customers: Sequence[str]) -> ColumnElement[bool]:
    has_number = and_(Document.number_sort >= begin, Document.number_sort < begin + "\U0010ffff")
    return or_(has_number, Document.customer_id.in_(customers))


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
