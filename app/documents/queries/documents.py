"""Every look-up of documents, their contents and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.access.principal import Principal
from app.access.rights import Action
from app.core.db import session
from app.documents.models import (
    Audience,
    Content,
    Document,
    File,
    FileRole,
)
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding
from app.documents.rules.kinds import Kind
from app.documents.rules.life import FOR_CUSTOMERS, State
from app.organisations.models import Customer


def visible(who: Principal) -> Select[Document]:
    """Return the documents that exist for a principal."""
    mine = Document.organisation_id == who.organisation_id
    if who.is_staff:
        return select(Document).where(mine)
    theirs = of_customers(who)
    # The open ones are few: what names them names the organisation, and no other index tempts.
    waits = mine if who.open_on is None else Document.lineage_id.in_(_waiting(who, who.open_on))
    rows = select(Document).where(waits, theirs, Document.state.in_(sorted(FOR_CUSTOMERS)))
    released = released_kinds(who)
    if len(released) < len(Kind):
        rows = rows.where(Document.kind.in_(released))
    return rows if who.lineage_id is None else rows.where(Document.lineage_id == who.lineage_id)


def of_customers(who: Principal) -> ColumnElement[bool]:
    """Return the condition that a document is the customer's own, or a sub-customer's (PY-23)."""
    if not who.below:
        return Document.customer_id == who.customer_id
    return Document.customer_id.in_(who.customers)


def _waiting(who: Principal, day: date) -> Select[str] | CompoundSelect[str]:
    """Return the lineages that wait for somebody on a day, and the one that somebody came in by."""
    one = aliased(Document)
    mine = one.organisation_id == who.organisation_id
    waiting = select(one.lineage_id).where(
        mine,
        one.customer_id.in_(who.customers),
        one.state == State.PUBLISHED,
        one.open_until >= day,
    )
    if who.entered_id is None:
        return waiting
    return union_all(waiting, select(one.lineage_id).where(mine, one.lineage_id == who.entered_id))


def is_open(document: Document, day: date) -> bool:
    """Say whether a document, in whichever version is published, is among the open ones on a day."""
    one = aliased(Document)
    rows = select(one.id).where(
        one.lineage_id == document.lineage_id,
        one.state == State.PUBLISHED,
        one.open_until >= day,
    )
    return session().scalar(select(rows.exists())) or False


def released_kinds(who: Principal) -> list[Kind]:
    """Return the kinds of documents that exist for a principal, in their order."""
    if who.is_staff:
        return list(Kind)
    released = who.rights.kinds(Action.VIEW)
    return [kind for kind in Kind if kind.value in released]


def one(who: Principal, document_id: str) -> Document | None:
    """Return one document that exists for a principal."""
    return session().scalar(visible(who).where(Document.id == document_id))


def by_id(document_id: str) -> Document | None:
    """Return a document; for jobs."""
    return session().get(Document, document_id)


@dataclass(frozen=True, slots=True)
class Due:
    """What a customer owes in one currency: how many invoices, how much, since when."""

    currency: str
    count: int
    minor: int
    oldest: date | None


def due(who: Principal) -> list[Due]:
    """Return the open invoices of a customer, a row per currency."""
    rows = (
        _open(who)
        .with_only_columns(
            Document.currency,
            func.count(),
            func.sum(Document.open_minor),
            func.min(Document.due_date),
        )
        .group_by(Document.currency)
        .order_by(Document.currency)
    )
    return [Due(row[0] or "", row[1], int(row[2] or 0), row[3]) for row in session().execute(rows)]


def open_invoices(who: Principal, limit: int) -> list[Document]:
    """Return the invoices of a customer that are to be paid, the most urgent first."""
    # By themselves: the databases do not agree on where what has no date stands in an index.
    parts = [
        _open(one).where(when).order_by(Document.due_date, Document.id).limit(limit)
        for one in who.each()
        for when in (Document.due_date.is_not(None), Document.due_date.is_(None))
    ]
    ids = [select(each.with_only_columns(Document.id).subquery().c.id) for each in parts]
    found = session().scalars(select(Document).where(Document.id.in_(union_all(*ids))))
    return sorted(found, key=urgency)[:limit]


def urgency(document: Document) -> tuple[bool, str, str]:
    """Return what sorts documents by the day until which something is to be done; no day comes last."""
    return document.due_date is None, str(document.due_date), document.id


def _open(who: Principal) -> Select[Document]:
    return visible(who).where(
        Document.state == State.PUBLISHED,
        Document.kind == Kind.INVOICE,
        # Written out: SQLite takes an index of some rows only for what it can read.
        Document.open_minor > literal_column("0"),
        Document.currency.is_not(None),
    )


def published(organisation_id: str, customer_id: str, kind: Kind, number: str) -> Document | None:
    """Return a customer's newest published document of a kind with a number; for jobs."""
    rows = select(Document).where(
        Document.organisation_id == organisation_id,
        Document.customer_id == customer_id,
        Document.state == State.PUBLISHED,
        Document.kind == kind,
        Document.number_sort == number.lower()[:100],
    )
    return session().scalar(rows.order_by(Document.id.desc()).limit(1))


def content_of(document: Document) -> Content:
    """Return what a document says; every document has one."""
    return session().get_one(Content, document.id)


def einvoice_of(content: Content) -> EInvoice | None:
    """Return the e-invoice, None where the file held none."""
    return None if content.einvoice is None else EInvoice.from_json(content.einvoice)


def findings_of(content: Content) -> list[Finding]:
    """Return what the checks found, in their order."""
    return [Finding.from_json(found) for found in content.findings]


def files_of(document: Document) -> list[File]:
    """Return a document's files: the original, the XML, the attachments."""
    rows = select(File).where(File.document_id == document.id).order_by(File.position)
    return list(session().scalars(rows))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a document's page shows beside it, found in one SELECT."""

    content: Content
    customer: Customer | None
    versions: list[Document]
    """All that exist for the reader, the newest first."""
    files: list[File]


def surroundings(who: Principal, document: Document) -> Surroundings:
    """Return what a document says, whose it is, its versions and its files."""
    is_shown = Document.id == document.id
    # What it says stands in one row only: it may be long.
    is_first = or_(File.id.is_(None), File.role == FileRole.ORIGINAL)
    found = (
        visible(who)
        .where(Document.lineage_id == document.lineage_id)
        .outerjoin(File, and_(File.document_id == Document.id, is_shown, _readable(who)))
        .outerjoin(Content, and_(Content.document_id == Document.id, is_shown, is_first))
        .outerjoin(Customer, and_(Customer.id == Document.customer_id, is_shown, is_first))
        .add_columns(File, Content, Customer)
        .order_by(Document.version.desc(), File.position)
    )
    rows = session().execute(found).all()
    return Surroundings(
        content=next(row[2] for row in rows if row[2] is not None),
        customer=next((row[3] for row in rows if row[3] is not None), None),
        versions=list(dict.fromkeys(row[0] for row in rows)),
        files=[row[1] for row in rows if row[1] is not None],
    )


def file(who: Principal, document_id: str, file_id: str) -> tuple[Document, File] | None:
    """Return one file of a document that exists for a principal."""
    rows = (
        visible(who)
        .join(File, File.document_id == Document.id)
        .where(Document.id == document_id, File.id == file_id, _readable(who))
        .add_columns(File)
    )
    row = session().execute(rows).one_or_none()
    return None if row is None else (row[0], row[1])


def _readable(who: Principal) -> ColumnElement[bool]:
    """Return which files exist for a principal: internal ones for staff only (UX-15)."""
    return true() if who.is_staff else File.audience == Audience.CUSTOMER


def is_pdf(files: Sequence[File]) -> bool:
    """Say whether a document with these files came as a PDF."""
    return any(
        one.role is FileRole.ORIGINAL and one.media_type == "application/pdf" for one in files
    )


def original_of(document: Document) -> File | None:
    """Return the file as it came."""
    rows = select(File).where(File.document_id == document.id, File.role == FileRole.ORIGINAL)
    return session().scalar(rows)


def versions_of(who: Principal, document: Document) -> list[Document]:
    """Return all versions of a document that exist for a principal, the newest first."""
    rows = visible(who).where(Document.lineage_id == document.lineage_id)
    return list(session().scalars(rows.order_by(Document.version.desc())))


def in_lineage(lineage_id: str) -> list[Document]:
    """Return every version; for actions."""
    rows = select(Document).where(Document.lineage_id == lineage_id)
    return list(session().scalars(rows.order_by(Document.version)))


def with_bytes(organisation_id: str, sha256: str) -> Document | None:
    """Return the document that was made of exactly these bytes."""
    rows = select(Document).where(
        Document.organisation_id == organisation_id, Document.original == sha256
    )
    return session().scalar(rows)


def latest_with_key(organisation_id: str, lineage_key: str) -> Document | None:
    """Return the newest version with a lineage key."""
    rows = select(Document).where(
        Document.organisation_id == organisation_id, Document.lineage_key == lineage_key
    )
    return session().scalar(rows.order_by(Document.version.desc()).limit(1))
