"""The list of documents, filters kept by name, and decisions about documents."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import languages
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents import forms, queries
from app.documents.actions import description as descriptions
from app.documents.actions import filtering, publication
from app.documents.models import Document, SavedFilter
from app.documents.queries.listing import LOOK, Found, Place
from app.documents.rules.listing import NEWEST, Order, Sort
from app.organisations import queries as organisations
from app.web import answers, paging
from app.web.page import page, piece

blueprint = Blueprint("documents", __name__)

SORTS = {"number": Sort.NUMBER, "date": Sort.DATE, "due": Sort.DUE, "amount": Sort.AMOUNT}
"""The heads of the table that sort."""


@blueprint.get("/documents")
@gate(Can.READ_DOCUMENTS)
def index() -> Response:
    who = principal()
    wanted = forms.wishes(who, request.args)
    order = wanted.order
    cursor, back = paging.cursor()
    found = queries.found(
        who,
        wanted.filters,
        _place(cursor, order),
        back=back,
        limit=paging.SIZE + 1,
        order=order,
    )
    chips = wanted.chips
    return page(
        "documents/list.html",
        wanted=wanted,
        **_toolbar(who, wanted),
        listed=_listed(found, order, back=back),
        stopped=found.stopped is not None,
        look=LOOK,
        chips=chips,
        sorts=_sorts(wanted),
        saved=queries.saved_filters(who) if who.may(Can.KEEP_ACCOUNT) else [],
        query=forms.query_of(request.args),
        narrowed={name: request.args.get(name) for name in forms.NARROWING},
    )


def _toolbar(who: Principal, wanted: forms.Wishes) -> dict[str, Any]:
    if not request.args:
        place = (*languages.place(), request.script_root, who.is_staff)
        return {"plain_toolbar": _plain_toolbar(*place)}
    kept = [(name, request.args[name]) for name in ("sort", "direction") if request.args.get(name)]
    more_url = paging.url_with(more="1", after=None, before=None)
    return {
        "plain_toolbar": None,
        "form": wanted.form,
        "more": wanted.more,
        "more_url": more_url,
        "kept": kept,
    }


@lru_cache(maxsize=64)
def _plain_toolbar(_language: str, _region: str | None, _root: str, is_staff: bool) -> Markup:
    """Return the filters where nothing is filtered: half a dozen fields, the same every time."""
    form = forms.Filters(MultiDict(), for_staff=is_staff)
    more_url = paging.url_with(more="1")
    return piece("documents/_toolbar.html", form=form, more=None, more_url=more_url, kept=[])


def _listed(found: Found, order: Order, *, back: bool) -> paging.Page[Document]:
    """Return the page; where the look stopped early, the next one goes on from there."""
    listed = paging.paged(found.rows, lambda row: _written(queries.place_of(row, order)))
    if found.stopped is None:
        return listed
    place = _written(found.stopped)
    if back:
        return replace(listed, previous_url=paging.url_with(before=place, after=None))
    return replace(listed, next_url=paging.url_with(after=place, before=None))


def _sorts(wanted: forms.Wishes) -> dict[str, tuple[str, str | None]]:
    """Return where each head of the table leads, and which way the list runs by it now."""
    if wanted.filters.search:
        return {}
    now = wanted.order
    links = {}
    for name, sort in SORTS.items():
        is_now = sort is now.sort
        direction = now.direction.other if is_now else None
        url = paging.url_with(sort=sort, direction=direction, after=None, before=None)
        links[name] = (url, now.direction.value if is_now else None)
    return links


def _written(place: Place) -> str:
    value, document_id = place
    return f"{'' if value is None else value}~{document_id}"


def _place(cursor: str | None, order: Order = NEWEST) -> Place | None:
    """Read a keyset cursor; one that nobody of ours made means the first page."""
    value, _tilde, document_id = (cursor or "").rpartition("~")
    if not document_id:
        return None
    try:
        return _value(value, order.sort), document_id
    except ValueError:
        return None


def _value(written: str, sort: Sort) -> Any:
    if sort is Sort.NUMBER:
        return written
    if not written and sort is not Sort.DATE:
        return None
    if sort is Sort.AMOUNT:
        amount = int(written)
        return max(-(2**63), min(2**63 - 1, amount))
    return date.fromisoformat(written)


@blueprint.get("/documents/filters")
@gate(Can.KEEP_ACCOUNT)
def filters() -> Response:
    return page(
        "documents/filters.html", form=forms.Save(), saved=queries.saved_filters(principal())
    )


@blueprint.post("/documents/filters")
@gate(Can.KEEP_ACCOUNT)
def save_filter() -> Response:
    form, who = forms.Save(), principal()
    if not form.validate():
        found = queries.saved_filters(who)
        return page("documents/filters.html", 422, form=form, saved=found)
    # Written anew from what is known: whatever else was sent is not kept.
    query = forms.query_of(MultiDict(parse_qsl(form.query.data or "")))
    filtering.save_filter(who, form.name.data, query, is_shared=bool(form.is_shared.data))
    answers.say("success", _("The filter “%(name)s” is kept.", name=form.name.data))
    return answers.go_to(f"{url_for('documents.index')}?{query}")


@blueprint.post("/documents/filters/<id:filter_id>")
@gate(Can.KEEP_ACCOUNT, queries.saved_filter)
def rename_filter(one: SavedFilter) -> Response:
    form = forms.Save()
    if not form.validate():
        raise Refused(_("A filter needs a name of at most 60 characters. Nothing was changed."))
    filtering.rename_filter(one, form.name.data, principal())
    answers.say("success", _("The filter is called “%(name)s” now.", name=one.name))
    return answers.see_other("documents.filters")


@blueprint.post("/documents/filters/<id:filter_id>/removal")
@gate(Can.KEEP_ACCOUNT, queries.saved_filter)
def remove_filter(one: SavedFilter) -> Response:
    filtering.remove_filter(one, principal())
    answers.say("success", _("The filter “%(name)s” is deleted.", name=one.name))
    return answers.see_other("documents.filters")


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
