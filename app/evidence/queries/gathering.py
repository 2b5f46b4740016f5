"""Everything that is known of a document and all its versions, as it stands at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, and_, or_, select, text

from app.acceptance.models import QuoteAnswer
from app.comments.models import Comment, CommentFile
from app.core import clock
from app.core.db import session
from app.core.journal import Entry
from app.delivery.models import Attempt, Dispatch, Receipt
from app.documents import queries as documents
from app.documents.models import Audience, Document, File
from app.evidence.rules import NOTES, OF_ACCESS
from app.identity.models import CapabilityLink, Person
from app.organisations import queries as organisations
from app.organisations.models import Contact, Customer, Organisation
from app.payments.models import Payment, PaymentPart
from app.renditions.models import Rendition
from app.renditions.rules import State as RenditionState

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows about one document, each list in the order in which they came about."""

    at: datetime
    house: Organisation
    versions: list[Document]
    customers: list[Customer]
    """Of any version; usually one."""
    files: list[File]
    """Internal ones too: what is left out is decided where they are placed."""
    renditions: list[Rendition]
    """Only what was made."""
    dispatches: list[Dispatch]
    attempts: list[Attempt]
    receipts: list[Receipt]
    comments: list[Comment]
    """The thread with the customer; internal notes are not looked up."""
    comment_files: list[CommentFile]
    answers: list[QuoteAnswer]
    payments: list[tuple[Payment, PaymentPart]]
    contacts: list[tuple[Contact, Person]]
    links: list[CapabilityLink]
    changes: list[Entry]
    """Lines of the journal that changed who could read what."""
    lines: list[Entry]
    """Lines of the journal about the versions."""


def gather(organisation_id: str, lineage_id: str) -> Evidence:
    """Return all rows about a document and its versions, of one moment: nothing between is missed.

    Has to be the first thing that is asked in a transaction.
    """
    _stand_still()
    house = organisations.organisation_by_id(organisation_id)
    versions = documents.in_lineage(lineage_id)
    ids = [one.id for one in versions]
    customers = _customers(versions)
    contacts = [row for one in customers for row in organisations.contacts_of(one.id)]
    dispatches = _every(select(Dispatch).where(Dispatch.document_id.in_(ids)), Dispatch.id)
    comments = _comments(lineage_id)
    people = [person.id for _contact, person in contacts]
    return Evidence(
        at=clock.now(),
        house=house,
        versions=versions,
        customers=customers,
        files=_every(
            select(File).where(File.document_id.in_(ids)), File.document_id, File.position
        ),
        renditions=_renditions(ids),
        dispatches=dispatches,
        attempts=_attempts([one.id for one in dispatches]),
        receipts=_every(select(Receipt).where(Receipt.document_id.in_(ids)), Receipt.id),
        comments=comments,
        comment_files=_comment_files([one.id for one in comments]),
        answers=_every(select(QuoteAnswer).where(QuoteAnswer.document_id.in_(ids)), QuoteAnswer.id),
        payments=_payments(lineage_id),
        contacts=contacts,
        links=_links(lineage_id, customers),
        changes=_changes(house, customers, people, ids),
        lines=_lines(ids),
    )


def _stand_still() -> None:
    # SQLite shows one moment by itself.
    if session().get_bind().dialect.name == "postgresql":
        session().execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _every(rows: Select[Row], *order: Any) -> list[Row]:
    return list(session().scalars(rows.order_by(*order)))


def _customers(versions: Sequence[Document]) -> list[Customer]:
    ids = {one.customer_id for one in versions if one.customer_id is not None}
    return _every(select(Customer).where(Customer.id.in_(ids)), Customer.id)


def _renditions(ids: Sequence[str]) -> list[Rendition]:
    is_there = and_(Rendition.state == RenditionState.MADE, Rendition.sha256.is_not(None))
    rows = select(Rendition).where(Rendition.document_id.in_(ids), is_there)
    return _every(rows, Rendition.id)


def _attempts(ids: Sequence[str]) -> list[Attempt]:
    rows = select(Attempt).where(Attempt.dispatch_id.in_(ids))
    return _every(rows, Attempt.dispatch_id, Attempt.position)


def _comments(lineage_id: str) -> list[Comment]:
    rows = select(Comment).where(
        Comment.lineage_id == lineage_id, Comment.audience == Audience.CUSTOMER
    )
    return _every(rows, Comment.id)


def _comment_files(ids: Sequence[str]) -> list[CommentFile]:
    rows = select(CommentFile).where(CommentFile.comment_id.in_(ids))
    return _every(rows, CommentFile.comment_id, CommentFile.position)


def _payments(lineage_id: str) -> list[tuple[Payment, PaymentPart]]:
    rows = (
        select(Payment, PaymentPart)
        .join(PaymentPart, PaymentPart.payment_id == Payment.id)
        .where(PaymentPart.lineage_id == lineage_id)
        .order_by(Payment.id, PaymentPart.position)
    )
    return [(row[0], row[1]) for row in session().execute(rows)]


def _links(lineage_id: str, customers: Sequence[Customer]) -> list[CapabilityLink]:
    """Return the links to the document, and those to everything of its customers."""
    of_all = and_(
        CapabilityLink.customer_id.in_([one.id for one in customers]),
        CapabilityLink.lineage_id.is_(None),
    )
    rows = select(CapabilityLink).where(or_(CapabilityLink.lineage_id == lineage_id, of_all))
    return _every(rows, CapabilityLink.id)


def _changes(
    house: Organisation, customers: Sequence[Customer], people: Sequence[str], ids: Sequence[str]
) -> list[Entry]:
    """Return lines about the house's portal, the customers, their people and the documents' addresses."""
    about = {
        "organisation": [house.id],
        "customer": [one.id for one in customers],
        "person": people,
        "document": ids,
    }
    of_these = [
        and_(Entry.object_kind == kind, Entry.object_id.in_(found)) for kind, found in about.items()
    ]
    named = [Entry.name.startswith(begin, autoescape=True) for begin in OF_ACCESS]
    return _every(select(Entry).where(or_(*of_these), or_(*named)), Entry.id)


def _lines(ids: Sequence[str]) -> list[Entry]:
    rows = select(Entry).where(
        Entry.object_kind == "document",
        Entry.object_id.in_(ids),
        ~Entry.name.startswith(NOTES, autoescape=True),
    )
    return _every(rows, Entry.id)
