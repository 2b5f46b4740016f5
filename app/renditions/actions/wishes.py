"""Wishing for renditions: written down once, and promised in the same transaction."""

from app.acceptance import queries as acceptance
from app.core import clock, ids, journal, outbox
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.life import Answer
from app.renditions.models import Rendition
from app.renditions.rules import RENDERER, Form, State, offered, sheet_form

MAKE = "renditions.make"


def wish_sheet(document_id: str) -> None:
    """Have a published document made for people, unless it came as a PDF."""
    document = documents.by_id(document_id)
    if document is None or document.published_at is None:
        return
    if documents.is_pdf(documents.files_of(document)):
        return
    if documents.content_of(document).einvoice is not None:
        want(document, sheet_form(document.kind))


def wish_stamp(document_id: str) -> None:
    """Have a quote made anew with the stamp of its acceptance; what came as a PDF is not touched."""
    document = documents.by_id(document_id)
    answer = acceptance.answer_of(document) if document is not None else None
    if document is None or answer is None or answer.answer is not Answer.ACCEPTED:
        return
    if documents.is_pdf(documents.files_of(document)):
        return
    if documents.content_of(document).einvoice is not None:
        want(document, Form.STAMPED, answer.id)


def wish(document: Document, form: Form, by: journal.Actor) -> None:
    """Have a published document made in a form; what is wanted or made already is left alone.

    Raises `Refused` where the document is not offered in that form.
    """
    content = documents.content_of(document)
    has_pdf = documents.is_pdf(documents.files_of(document))
    if form not in offered(document.kind, content.syntax, content.einvoice, has_pdf=has_pdf):
        raise Refused(_("This document cannot be made in that form."))
    if document.published_at is None:
        raise Refused(_("Publish the document first."))
    if want(document, form):
        publication.note("document.form_ordered", document, by, form=form.value.upper())


def want(document: Document, form: Form, answer_id: str = "") -> bool:
    """Write down that a form is wanted, and promise it; False where somebody else has.

    `answer_id` is the acceptance that a stamp is of.
    """
    rendition_id = ids.new()
    row = insert(Rendition).values(
        id=rendition_id,
        organisation_id=document.organisation_id,
        document_id=document.id,
        form=form,
        answer_id=answer_id,
        state=State.WANTED,
        detail="",
        renderer=RENDERER,
        wanted_at=clock.now(),
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Rendition.id)).first()
    if made is None:
        return False
    outbox.promise(
        MAKE,
        organisation_id=document.organisation_id,
        key=promise_key(rendition_id),
        rendition=rendition_id,
    )
    return True


def promise_key(rendition_id: str) -> str:
    """Return the key under which making a rendition is promised."""
    return f"render:{rendition_id}"
