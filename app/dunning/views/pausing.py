"""Pausing reminders of a document or a customer, and sparing a customer altogether."""

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, languages
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document
from app.dunning import forms, queries
from app.dunning.actions import deciding, pausing
from app.dunning.rules import Cause, Choice
from app.dunning.views import blueprint
from app.organisations import queries as organisations
from app.organisations.models import Customer
from app.web import answers
from app.web.page import page


def _form(*arguments: None) -> forms.Pausing:
    return forms.Pausing(clock.today(languages.timezone()), *arguments)


@blueprint.get("/documents/<id:document_id>/reminders/pause")
@gate(Can.REMIND, documents.one)
def ask(document: Document) -> Response:
    if not document.open_minor:
        raise Refused(_("Nothing is to be paid of this document."))
    return page("dunning/pause.html", form=_form(None), document=document, customer=None)


@blueprint.post("/documents/<id:document_id>/reminders/pause")
@gate(Can.REMIND, documents.one)
def pause(document: Document) -> Response:
    form = _form()
    if not form.validate():
        return page("dunning/pause.html", 422, form=form, document=document, customer=None)
    pausing.pause_document(
        *(document, principal().actor, Cause(form.cause.data)),
        reason=form.reason.data or "",
        until=form.until.data,
    )
    answers.say("success", _("Nobody is reminded of this document for now."))
    return answers.see_other("desk.document", document_id=document.id)


@blueprint.post("/documents/<id:document_id>/reminders/resumption")
@gate(Can.REMIND, documents.one)
def resume(document: Document) -> Response:
    pausing.resume(document, principal().actor)
    answers.say("success", _("Reminders go on."))
    return answers.see_other("desk.document", document_id=document.id)


@blueprint.get("/customers/<id:customer_id>/reminders")
@gate(Can.REMIND, organisations.customer)
def of_customer(customer: Customer) -> Response:
    return _of_customer(customer, _form(None))


@blueprint.post("/customers/<id:customer_id>/reminders")
@gate(Can.REMIND, organisations.customer)
def choose(customer: Customer) -> Response:
    form = forms.Choosing()
    if not form.validate():
        return _of_customer(customer, _form(None), form, 422)
    deciding.choose(customer, principal(), Choice(form.choice.data))
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("desk.customer", customer_id=customer.id)


@blueprint.post("/customers/<id:customer_id>/reminders/pause")
@gate(Can.REMIND, organisations.customer)
def pause_customer(customer: Customer) -> Response:
    form = _form()
    if not form.validate():
        return _of_customer(customer, form, status=422)
    pausing.pause_customer(
        *(customer, principal().actor, Cause(form.cause.data)),
        reason=form.reason.data or "",
        until=form.until.data,
    )
    answers.say("success", _("%(name)s is not reminded of anything for now.", name=customer.name))
    return answers.see_other("desk.customer", customer_id=customer.id)


@blueprint.post("/customers/<id:customer_id>/reminders/resumption")
@gate(Can.REMIND, organisations.customer)
def resume_customer(customer: Customer) -> Response:
    pausing.resume(customer, principal().actor)
    answers.say("success", _("Reminders go on."))
    return answers.see_other("desk.customer", customer_id=customer.id)


def _of_customer(
    customer: Customer,
    form: forms.Pausing,
    choosing: forms.Choosing | None = None,
    status: int = 200,
) -> Response:
    if choosing is None:
        choosing = forms.Choosing(None, choice=queries.choice_of(customer.id))
    return page(
        "dunning/customer.html",
        status,
        customer=customer,
        form=form,
        choosing=choosing,
        pause=queries.pause_of(customer.id),
    )
