"""Every look-up of renditions, and of documents that lack one."""

from sqlalchemy import exists, select

from app.access.principal import Principal
from app.core.db import session
from app.documents import queries as documents
from app.documents.formats import media_types
from app.documents.models import Content, Document, File, FileRole
from app.documents.rules.life import FOR_CUSTOMERS
from app.renditions.models import Rendition
from app.renditions.rules import Form


def with_renditions(who: Principal, document_id: str) -> tuple[Document, list[Rendition]] | None:
    """Return a document that exists for a principal, with its renditions, in one SELECT."""
    rows = (
        documents.visible(who)
        .where(Document.id == document_id)
        .outerjoin(Rendition, Rendition.document_id == Document.id)
        .add_columns(Rendition)
        .order_by(Rendition.id)
    )
    found = session().execute(rows).all()
    return (found[0][0], [row[1] for row in found if row[1] is not None]) if found else None


def one(who: Principal, document_id: str, rendition_id: str) -> tuple[Document, Rendition] | None:
    """Return one rendition of a document that exists for a principal."""
    document = documents.one(who, document_id)
    found = by_id(rendition_id) if document is not None else None
    if document is None or found is None or found.document_id != document.id:
        return None
    return document, found


def by_id(rendition_id: str) -> Rendition | None:
    """Return a rendition; for jobs."""
    return session().get(Rendition, rendition_id)


def of_document(document_id: str) -> list[Rendition]:
    """Return the renditions of one version of a document, the oldest first."""
    rows = select(Rendition).where(Rendition.document_id == document_id).order_by(Rendition.id)
    return list(session().scalars(rows))


def in_form(document_id: str, form: Form) -> Rendition | None:
    """Return the rendition of a document in one form."""
    rows = select(Rendition).where(Rendition.document_id == document_id, Rendition.form == form)
    return session().scalar(rows)


def without_sheet(organisation_id: str, after: str, limit: int) -> list[Document]:
    """Return published documents with data that have no PDF and none wanted, by id beyond `after`."""
    came_as_pdf = exists().where(
        File.document_id == Document.id,
        File.role == FileRole.ORIGINAL,
        File.media_type == media_types.PDF,
    )
    has_sheet = exists().where(
        Rendition.document_id == Document.id, Rendition.form.in_((Form.PDF, Form.FACTURX))
    )
    rows = (
        select(Document)
        .join(Content, Content.document_id == Document.id)
        .where(
            Document.organisation_id == organisation_id,
            Document.state.in_(sorted(FOR_CUSTOMERS)),
            Document.id > after,
            Content.einvoice.is_not(None),
            ~came_as_pdf,
            ~has_sheet,
        )
    )
    return list(session().scalars(rows.order_by(Document.id).limit(limit)))
