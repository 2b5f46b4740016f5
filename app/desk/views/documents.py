"""One document with all that surrounds it, and its files."""

from typing import Any

from flask import Response, request

from app.acceptance import queries as acceptance
from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.comments import forms as comments
from app.core import clock, journal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery import actions as delivery
from app.delivery import queries as deliveries
from app.delivery.models import ReceiptKind
from app.desk.views import blueprint, house
from app.documents import queries
from app.documents.actions import keeping
from app.documents.forms import Assign, Attach, Describe
from app.documents.models import AUDIENCE_NAMES, Content, Document, File, FileRole
from app.documents.queries import Surroundings
from app.documents.rules import description, life
from app.documents.rules.einvoice import EInvoice
from app.dunning import queries as reminders
from app.ladders import queries as ladders
from app.organisations import queries as organisations
from app.payments import queries as payments
from app.portal.queries import addresses
from app.previews import queries as previews
from app.renditions import queries as renditions
from app.renditions.actions import wishes
from app.renditions.forms import WantedForm
from app.renditions.models import Rendition
from app.renditions.rules import (
    ENDINGS,
    MEDIA_TYPES,
    Form,
    accepted_at,
    coming,
    is_of_today,
    offered,
    stamp_comes,
)
from app.texts.formats.note import note_for
from app.web import answers, transaction
from app.web.forms import choices
from app.web.page import page


@blueprint.get("/documents/<id:document_id>")
@gate(Can.READ_DOCUMENTS, renditions.with_renditions)
def document(found: tuple[Document, list[Rendition]]) -> Response:
    who, (one, made) = principal(), found
    _note(who, one, ReceiptKind.OPENED)
    beside = queries.surroundings(who, one)
    einvoice = queries.einvoice_of(beside.content)
    return page(
        "desk/document.html",
        document=one,
        einvoice=einvoice,
        files=beside.files,
        shown=previews.of_files(beside.files) if who.may_now(Can.DOWNLOAD_DOCUMENTS) else [],
        versions=beside.versions,
        house=house(),
        is_by_hand=description.is_by_hand(queries.findings_of(beside.content)),
        FileRole=FileRole,
        AUDIENCE_NAMES=AUDIENCE_NAMES,
        can_pay=_can_pay(who, one),
        answers=acceptance.answers_of(who, one),
        seen_before=deliveries.seen_before(who, one, beside.versions),
        **_forms(one, beside, [each for each in made if _is_of_today(one, each)]),
        **comments.beside(who, one),
        **_note_of_the_house(who, one, beside),
        **(_for_staff(who, one, beside, einvoice) if who.is_staff else {}),
    )


def _note_of_the_house(who: Principal, one: Document, beside: Surroundings) -> dict[str, Any]:
    """Return what the house says above a document: to its customers only."""
    note = note_for(who, one, beside.customer, house()) if who.is_customer else ()
    return {"portal_note": note}


def _can_pay(who: Principal, one: Document) -> bool:
    """Say whether the reader gets a button to pay: one that leads somewhere."""
    is_open = bool(one.open_minor) and one.state is life.State.PUBLISHED
    may = is_open and who.may(Can.PAY_DOCUMENTS, one.kind.value)
    return may and payments.can_be_paid(one.organisation_id)


def _is_of_today(one: Document, made: Rendition) -> bool:
    return is_of_today(made.form, made.wanted_at, accepted_at(one.answer, one.answered_at))


def _forms(one: Document, beside: Surroundings, made: list[Rendition]) -> dict[str, Any]:
    """Return what was made, the form that comes by itself, and those that may still be asked for."""
    if one.published_at is None:
        return {"renditions": made, "coming": None, "offered": []}
    content, has_pdf = beside.content, queries.is_pdf(beside.files)
    forms = offered(one.kind, content.syntax, content.einvoice, has_pdf=has_pdf)
    left = [form for form in forms if form not in {each.form for each in made}]
    own = None if made else coming(one.kind, left, one.published_at, clock.now())
    if not has_pdf and content.einvoice and Form.STAMPED not in {each.form for each in made}:
        accepted = accepted_at(one.answer, one.answered_at)
        own = Form.STAMPED if stamp_comes(accepted, clock.now()) else own
    return {
        "renditions": made,
        "coming": own,
        "offered": [form for form in left if form is not own],
    }


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
        "payments": payments.of_lineage(one.lineage_id) if one.open_minor is not None else [],
        **reminders.beside_document(who, one),
        "climbs": ladders.beside(one.id),
        **addresses.beside_document(who, house(), one, customer),
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


@blueprint.post("/documents/<id:document_id>/renditions")
@gate(Can.DOWNLOAD_DOCUMENTS, queries.one)
def order_form(one: Document) -> Response:
    wanted = WantedForm()
    if not wanted.validate():
        answers.say("error", _("Choose one of the forms. Nothing was ordered."))
        return answers.see_other("desk.document", document_id=one.id)
    wishes.wish(one, Form(wanted.wanted.data), principal().actor)
    return answers.see_other("desk.document", document_id=one.id)


@blueprint.get("/documents/<id:document_id>/renditions/<id:rendition_id>")
@gate(Can.DOWNLOAD_DOCUMENTS, renditions.one)
def download_form(found: tuple[Document, Rendition]) -> Response:
    one, rendition = found
    if rendition.sha256 is None or rendition.size is None:
        raise Refused(_("This file is not made yet. Look again in a moment."))
    _note(principal(), one, ReceiptKind.DOWNLOADED)
    name = keeping.safe_name(one.number) + ENDINGS[rendition.form]
    return answers.stored(
        rendition.organisation_id,
        rendition.sha256,
        MEDIA_TYPES[rendition.form],
        name,
        rendition.size,
    )


def _note(who: Principal, one: Document, kind: ReceiptKind) -> None:
    """Leave a receipt where a customer's person reads (K-02).

    Staff leave none, not through a contact's eyes either; nor does a browser that fetches ahead, or
    a program that only asks whether the page is there.
    """
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if who.is_customer and who.through is None and request.method == "GET" and not is_ahead:
        transaction.afterwards(lambda: delivery.note_read(who, one, kind))
