"""The list of documents, and decisions about them."""

from datetime import date

from flask import Blueprint, Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core.languages import gettext as _
from app.documents import forms, queries
from app.documents.actions import description as descriptions
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules import life
from app.documents.rules.kinds import NAMES, Kind
from app.organisations import queries as organisations
from app.organisations.models import Customer
from app.web import answers, paging
from app.web.page import page

blueprint = Blueprint("documents", __name__)

FILTERS = ("q", "kind", "since", "until", "customer")
"""The filters that may go along to where many documents are decided at once."""


@blueprint.get("/documents")
@gate(Can.READ_DOCUMENTS)
def index() -> Response:
    who = principal()
    form = forms.Filters(request.args, for_staff=who.is_staff)
    wanted = form.customer.data
    customer = organisations.customer(who, wanted) if wanted else None
    filters = filters_of(who, form, customer)
    chips = _chips(form, filters, customer)
    cursor, back = paging.cursor()
    rows = queries.page(who, filters, _place(cursor), back=back, limit=paging.SIZE + 1)
    return page(
        "documents/list.html",
        form=form,
        listed=paging.paged(rows, lambda row: f"{row.listed_on}~{row.id}"),
        chips=chips,
        is_filtered=bool(chips),
        kept={name: request.args.get(name) for name in FILTERS},
    )


def filters_of(who: Principal, form: forms.Filters, customer: Customer | None) -> queries.Filters:
    """Return the filters as far as they are sound; a wrong one is shown at its field and ignored."""
    form.validate()
    wrong = set(form.errors)
    search = "" if "q" in wrong else form.q.data or ""
    named = organisations.customer_ids_starting_with(who, search) if search else []
    return queries.Filters(
        kind=Kind(form.kind.data) if form.kind.data and "kind" not in wrong else None,
        state=life.State(form.state.data) if form.state.data and "state" not in wrong else None,
        customer_id=customer.id if customer else None,
        since=None if "since" in wrong else form.since.data,
        until=None if "until" in wrong else form.until.data,
        search=search,
        named_customers=tuple(named),
    )


def _chips(
    form: forms.Filters, filters: queries.Filters, customer: Customer | None
) -> list[tuple[str, str]]:
    shown = {
        "customer": customer.name if customer else "",
        "q": filters.search,
        "kind": _(NAMES[filters.kind]) if filters.kind else "",
        "state": _(life.STATE_NAMES[filters.state]) if filters.state else "",
        "since": form.since.raw_data[0] if filters.since and form.since.raw_data else "",
        "until": form.until.raw_data[0] if filters.until and form.until.raw_data else "",
    }
    return [(text, paging.url_without(name)) for name, text in shown.items() if text]


def _place(cursor: str | None) -> tuple[date, str] | None:
    """Read a keyset cursor; one that nobody of ours made means the first page."""
    day, _tilde, document_id = (cursor or "").partition("~")
    try:
        return (date.fromisoformat(day), document_id) if document_id else None
    except ValueError:
        return None


@blueprint.post("/documents/<id:document_id>/publication")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def publish(document: Document) -> Response:
    publication.publish(document, principal().actor)
    answers.say("success", _("Published. The recipients are being told."))
    return answers.see_other("desk.document", document_id=document.id)


@blueprint.get("/documents/<id:document_id>/discard")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def ask_discard(document: Document) -> Response:
    return page("documents/discard.html", document=document)


@blueprint.post("/documents/<id:document_id>/discard")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def discard(document: Document) -> Response:
    publication.discard(document, principal().actor)
    answers.say("success", _("Discarded. No customer has seen it."))
    return answers.see_other("desk.document", document_id=document.id)


@blueprint.get("/documents/<id:document_id>/withdrawal")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def ask_withdrawal(document: Document) -> Response:
    return page("documents/withdraw.html", document=document)


@blueprint.post("/documents/<id:document_id>/withdrawal")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def withdraw(document: Document) -> Response:
    publication.withdraw(document, principal().actor)
    answers.say("success", _("Withdrawn. Customers do not see it any more."))
    return answers.see_other("desk.document", document_id=document.id)


@blueprint.post("/documents/<id:document_id>/customer")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def assign(document: Document) -> Response:
    wanted = forms.Assign().customer.data
    if wanted == "proposed":
        publication.assign_proposed(document, principal().actor)
    else:
        customer = organisations.customer(principal(), wanted or "")
        if customer is None:
            answers.say("error", _("Choose one of your customers. Nothing was changed."))
            return answers.see_other("desk.document", document_id=document.id)
        publication.assign(document, customer, principal().actor)
    answers.say("success", _("The customer is confirmed."))
    return answers.see_other("desk.document", document_id=document.id)


@blueprint.get("/documents/<id:document_id>/description")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def ask_description(document: Document) -> Response:
    descriptions.refuse_others(document)
    content = queries.content_of(document)
    form = _description_form()
    organisation = organisations.organisation_of(principal())
    said = queries.einvoice_of(content)
    form.fill(document.kind, said, document.customer_id, organisation.currency)
    return _description(document, form)


@blueprint.post("/documents/<id:document_id>/description")
@gate(Can.DECIDE_DOCUMENTS, queries.one)
def describe(document: Document) -> Response:
    descriptions.refuse_others(document)
    form = _description_form()
    is_valid = form.validate()
    customer = organisations.customer(principal(), form.customer.data or "")
    if is_valid and customer is None:
        form.reject(form.customer, _("Choose one of your customers."))
    if not is_valid or customer is None:
        return _description(document, form, 422)
    descriptions.describe(document, form.said(), customer, principal().actor)
    answers.say("success", _("Kept. Look at it once more, then publish it."))
    return answers.see_other("desk.document", document_id=document.id)


def _description_form() -> forms.Describe:
    found = organisations.customer_choices(principal())
    return forms.Describe(customers=[(one.id, f"{one.name} · {one.number}") for one in found])


def _description(document: Document, form: forms.Describe, status: int = 200) -> Response:
    original = queries.original_of(document)
    return page("documents/describe.html", status, document=document, form=form, original=original)
