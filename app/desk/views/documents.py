"""One document with all that surrounds it, and its files."""

from typing import Any

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import journal
from app.delivery import actions as delivery
from app.delivery import queries as deliveries
from app.delivery.models import ReceiptKind
from app.desk.views import blueprint, house
from app.documents import queries
from app.documents.forms import Assign, Attach, Describe
from app.documents.models import AUDIENCE_NAMES, Content, Document, File, FileRole
from app.documents.queries import Surroundings
from app.documents.rules import description, life
from app.documents.rules.einvoice import EInvoice
from app.organisations import queries as organisations
from app.previews import queries as previews
from app.web import answers, transaction
from app.web.forms import choices
from app.web.page import page


@blueprint.get("/documents/<id:document_id>")
@gate(Can.READ_DOCUMENTS, queries.one)
def document(one: Document) -> Response:
    who = principal()
    _note(who, one, ReceiptKind.OPENED)
    beside = queries.surroundings(who, one)
    einvoice = queries.einvoice_of(beside.content)
    return page(
        "desk/document.html",
        document=one,
        einvoice=einvoice,
        files=beside.files,
        shown=previews.of_files(beside.files) if who.may(Can.DOWNLOAD_DOCUMENTS) else [],
        versions=beside.versions,
        house=house(),
        is_by_hand=description.is_by_hand(queries.findings_of(beside.content)),
        FileRole=FileRole,
        AUDIENCE_NAMES=AUDIENCE_NAMES,
        **(_for_staff(who, one, beside, einvoice) if who.is_staff else {}),
    )


def _for_staff(
    who: Principal, one: Document, beside: Surroundings, einvoice: EInvoice | None
) -> dict[str, Any]:
    """Return what only staff see: findings, dispatches, receipts, the timeline."""
    content, customer = beside.content, beside.customer
    dispatches, receipts = deliveries.beside(one.id)
    findings = queries.findings_of(content)
    is_describable = description.is_describable(one.state, findings)
    return {
        "customer": customer,
        "findings": findings,
        "is_describable": is_describable,
        "describe": _describe(who, one) if is_describable and einvoice is None else None,
        "proposal": content.proposal,
        "obstacle": life.unpublishable(
            einvoice, has_customer=customer is not None, is_describable=is_describable
        ),
        "dispatches": dispatches,
        "receipts": receipts,
        "happened": journal.about("document", one.id, limit=50),
        "attach": Attach() if one.state in life.CURRENT else None,
        "assign": _assign(who, content) if customer is None else None,
    }


def _describe(who: Principal, one: Document) -> Describe:
    found = organisations.customer_choices(who)
    form = Describe(customers=[(each.id, f"{each.name} · {each.number}") for each in found])
    form.fill(one.kind, None, one.customer_id, organisations.organisation_of(who).currency)
    return form


def _assign(who: Principal, content: Content) -> Assign:
    form = Assign()
    found = organisations.customer_choices(who)
    form.customer.choices = choices((one.id, f"{one.name} · {one.number}") for one in found)
    return form


@blueprint.get("/documents/<id:document_id>/files/<id:file_id>")
@gate(Can.DOWNLOAD_DOCUMENTS, queries.file)
def download(found: tuple[Document, File]) -> Response:
    one, file = found
    _note(principal(), one, ReceiptKind.DOWNLOADED)
    return answers.stored(file.organisation_id, file.sha256, file.media_type, file.name, file.size)


def _note(who: Principal, one: Document, kind: ReceiptKind) -> None:
    """Leave a receipt where a customer's person reads; staff who look leave none (K-02)."""
    if who.is_customer:
        transaction.afterwards(lambda: delivery.note_read(who, one, kind))
