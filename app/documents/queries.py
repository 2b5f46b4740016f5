"""Every look-up of documents, their contents, files and intakes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from app.access.principal import Principal
from app.core.db import session
from app.documents.models import (
    Content,
    Document,
    File,
    FileRole,
    Intake,
    IntakeItem,
    ItemState,
)
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding
from app.documents.rules.kinds import Kind
from app.documents.rules.life import FOR_CUSTOMERS, State


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means not narrowed."""

    kind: Kind | None = None
    state: State | None = None
    customer_id: str | None = None
    since: date | None = None
    until: date | None = None
    search: str = ""
    named_customers: tuple[str, ...] = ()
    """Customers whose name begins with `search`."""


def visible(who: Principal) -> Select[Document]:
    """Return the documents that exist for a principal."""
    rows = select(Document).where(Document.organisation_id == who.organisation_id)
    if who.is_staff:
        return rows
    rows = rows.where(
        Document.customer_id == who.customer_id, Document.state.in_(sorted(FOR_CUSTOMERS))
    )
    return rows.where(Document.lineage_id == who.lineage_id) if who.is_guest else rows


def one(who: Principal, document_id: str) -> Document | None:
    """Return one document that exists for a principal."""
    return session().scalar(visible(who).where(Document.id == document_id))


def by_id(document_id: str) -> Document | None:
    """Return a document; for jobs."""
    return session().get(Document, document_id)


def page(
    who: Principal, filters: Filters, cursor: tuple[date, str] | None, *, back: bool, limit: int
) -> list[Document]:
    """Return at most `limit` documents, newest first, beyond a keyset `cursor` (listed_on, id).

    `back` looks towards the newer ones. Never counts, never skips: the cost does not grow.
    """
    rows = visible(who).where(*_conditions(who, filters))
    place = tuple_(Document.listed_on, Document.id)
    if cursor is not None:
        rows = rows.where(place > cursor if back else place < cursor)
    order = (
        (Document.listed_on.asc(), Document.id.asc())
        if back
        else (Document.listed_on.desc(), Document.id.desc())
    )
    found = list(session().scalars(rows.order_by(*order).limit(limit)))
    return found[::-1] if back else found


def _conditions(who: Principal, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.state is not None:
        conditions.append(Document.state == filters.state)
    elif who.is_staff:
        conditions.append(Document.is_current.is_(True))
    else:
        conditions.append(Document.state == State.PUBLISHED)
    if filters.kind is not None:
        conditions.append(Document.kind == filters.kind)
    if filters.customer_id is not None:
        conditions.append(Document.customer_id == filters.customer_id)
    if filters.since is not None:
        conditions.append(Document.listed_on >= filters.since)
    if filters.until is not None:
        conditions.append(Document.listed_on <= filters.until)
    if filters.search:
        begin = filters.search.strip().lower()
        number = and_(Document.number_sort >= begin, Document.number_sort < begin + "\U0010ffff")
        customers = Document.customer_id.in_(filters.named_customers)
        conditions.append(or_(number, customers) if filters.named_customers else number)
    return conditions


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
            func.sum(Document.payable_minor),
            func.min(Document.due_date),
        )
        .group_by(Document.currency)
        .order_by(Document.currency)
    )
    return [Due(row[0] or "", row[1], int(row[2] or 0), row[3]) for row in session().execute(rows)]


def open_invoices(who: Principal, limit: int) -> list[Document]:
    """Return the invoices of a customer that are to be paid, the most urgent first."""
    order = (Document.due_date.is_(None), Document.due_date, Document.listed_on, Document.id)
    return list(session().scalars(_open(who).order_by(*order).limit(limit)))


def _open(who: Principal) -> Select[Document]:
    return visible(who).where(
        Document.state == State.PUBLISHED,
        Document.kind == Kind.INVOICE,
        Document.payable_minor > 0,
        Document.currency.is_not(None),
    )


def newest(who: Principal, limit: int) -> list[Document]:
    """Return the newest documents of a principal's list."""
    return page(who, Filters(), None, back=False, limit=limit)


def held(who: Principal, limit: int) -> list[Document]:
    """Return the newest documents that wait for a decision."""
    return page(who, Filters(state=State.HELD), None, back=False, limit=limit)


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


def file(who: Principal, document_id: str, file_id: str) -> tuple[Document, File] | None:
    """Return one file of a document that exists for a principal."""
    document = one(who, document_id)
    found = session().get(File, file_id) if document is not None else None
    if document is None or found is None or found.document_id != document.id:
        return None
    return document, found


def original_of(document: Document) -> File | None:
    """Return the file as it came."""
    rows = select(File).where(File.document_id == document.id, File.role == FileRole.ORIGINAL)
    return session().scalar(rows)


def is_pdf(document: Document) -> bool:
    """Say whether the file came as a PDF."""
    original = original_of(document)
    return original is not None and original.media_type == "application/pdf"


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


def intake(who: Principal, intake_id: str) -> Intake | None:
    """Return one intake, for staff."""
    rows = select(Intake).where(
        Intake.id == intake_id, Intake.organisation_id == who.organisation_id
    )
    return session().scalar(rows.where(_staff_only(who)))


def intakes(who: Principal, limit: int) -> list[Intake]:
    """Return the newest intakes."""
    rows = select(Intake).where(Intake.organisation_id == who.organisation_id, _staff_only(who))
    return list(session().scalars(rows.order_by(Intake.id.desc()).limit(limit)))


def item_by_id(item_id: str) -> tuple[Intake, IntakeItem] | None:
    """Return one file of an intake with its intake; for jobs."""
    row = (
        session()
        .execute(
            select(Intake, IntakeItem)
            .join(IntakeItem, IntakeItem.intake_id == Intake.id)
            .where(IntakeItem.id == item_id)
        )
        .one_or_none()
    )
    return None if row is None else (row.Intake, row.IntakeItem)


def items_of(intake_id: str, limit: int = 200) -> list[IntakeItem]:
    """Return an intake's files, those that need somebody first."""
    rows = select(IntakeItem).where(IntakeItem.intake_id == intake_id)
    urgent = IntakeItem.state.in_([ItemState.HELD, ItemState.FAILED])
    order = (urgent.desc(), IntakeItem.position)
    return list(session().scalars(rows.order_by(*order).limit(limit)))


def waiting_items(intake_id: str) -> list[str]:
    """Return the ids of an intake's files that nobody has taken in yet, in order."""
    rows = select(IntakeItem.id).where(
        IntakeItem.intake_id == intake_id, IntakeItem.state == ItemState.WAITING
    )
    return list(session().scalars(rows.order_by(IntakeItem.position)))


def progress_of(intake_id: str) -> dict[ItemState, int]:
    """Return how many files of an intake are in which state."""
    rows = (
        select(IntakeItem.state, func.count())
        .where(IntakeItem.intake_id == intake_id)
        .group_by(IntakeItem.state)
    )
    counts = dict.fromkeys(ItemState, 0)
    counts.update({row[0]: row[1] for row in session().execute(rows)})
    return counts


def _staff_only(who: Principal) -> ColumnElement[bool]:
    return ~false() if who.is_staff else false()
