"""The links by which a customer's people come in: lists, and how many a decision is about."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select

from app.access.principal import Principal
from app.core.db import session
from app.documents.models import Document
from app.identity.models import CapabilityLink
from app.organisations.models import Customer
from app.organisations.queries.houses import staff_only

COUNTED: Final = 1000
"""A decision about more links than this is told as "more than"."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A link, and the version that it was made for; None: it opens everything of the customer."""

    link: CapabilityLink
    document: Document | None

    @property
    def id(self) -> str:
        """The link's id: where it stands in the list."""
        return self.link.id


def page_of_customer(
    who: Principal, customer: Customer, cursor: str | None, *, back: bool, limit: int
) -> list[Listed]:
    """Return at most `limit` links of a customer, newest first, beyond the keyset `cursor` (an id)."""
    return _page(who, CapabilityLink.customer_id == customer.id, cursor, back=back, limit=limit)


def page_of_document(
    who: Principal, document: Document, cursor: str | None, *, back: bool, limit: int
) -> list[Listed]:
    """Return at most `limit` links to a document in all its versions, newest first."""
    meant = CapabilityLink.lineage_id == document.lineage_id
    return _page(who, meant, cursor, back=back, limit=limit)


def _page(
    who: Principal, meant: ColumnElement[bool], cursor: str | None, *, back: bool, limit: int
) -> list[Listed]:
    mine = CapabilityLink.organisation_id == who.organisation_id
    rows = (
        select(CapabilityLink, Document)
        .outerjoin(Document, Document.id == CapabilityLink.document_id)
        .where(meant, mine, staff_only(who))
    )
    if cursor is not None:
        rows = rows.where(CapabilityLink.id > cursor if back else CapabilityLink.id < cursor)
    order = CapabilityLink.id.asc() if back else CapabilityLink.id.desc()
    found = [Listed(row[0], row[1]) for row in session().execute(rows.order_by(order).limit(limit))]
    return found[::-1] if back else found


def count_of_customer(customer: Customer) -> int:
    """Return how many links of a customer are not revoked, at most `COUNTED` + 1."""
    return _count(CapabilityLink.customer_id == customer.id)


def count_of_document(document: Document) -> int:
    """Return how many links to a document are not revoked, at most `COUNTED` + 1."""
    return _count(CapabilityLink.lineage_id == document.lineage_id)


def _count(meant: ColumnElement[bool]) -> int:
    rows = select(CapabilityLink.id).where(meant, CapabilityLink.revoked_at.is_(None))
    some = rows.limit(COUNTED + 1).subquery()
    return session().scalar(select(func.count()).select_from(some)) or 0
