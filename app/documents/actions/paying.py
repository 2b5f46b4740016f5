"""Counting money towards what a document asks for."""

from sqlalchemy import case, select, update

from app.core import clock
from app.core.db import session
from app.documents.models import Document
from app.documents.rules.life import STAYS, State

TRIES = 5
"""How often a newer version may be published in the very moment that money comes in."""


def count_payment(lineage_id: str, minor: int) -> Document | None:
    """Count `minor` units towards the version that is asked for now, and return it.

    Where none is published any more the money counts towards the last one that was: it came, whatever
    became of the document. None where no version was ever published.
    """
    for _try in range(TRIES):
        document = _asked_for(lineage_id)
        if document is None:
            return None
        if _count(document, minor):
            session().refresh(document)
            return document
    raise RuntimeError("a document was superseded again and again while money came in")


def _asked_for(lineage_id: str) -> Document | None:
    rows = select(Document).where(
        Document.lineage_id == lineage_id, Document.published_at.is_not(None)
    )
    is_published = case((Document.state == State.PUBLISHED, 1), else_=0)
    newest = rows.order_by(is_published.desc(), Document.version.desc()).limit(1)
    return session().scalar(newest.execution_options(populate_existing=True))


def _count(document: Document, minor: int) -> bool:
    """Add it up where the version still stands as it was found."""
    paid = Document.paid_minor + minor
    rest = Document.payable_minor - paid
    still = case((rest > 0, rest), else_=0)
    counted = (
        update(Document)
        .where(Document.id == document.id, Document.state == document.state)
        .values(
            paid_minor=paid,
            open_minor=case((Document.open_minor.is_(None), None), else_=still),
            open_until=case(
                (Document.open_minor.is_(None) | (rest > 0), Document.open_until),
                else_=clock.now().date() + STAYS,
            ),
        )
        .returning(Document.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(counted).first() is not None
