"""The page on which a quote is answered, opening it again, and what is asked of who accepts."""

from flask import Blueprint, Response, request

from app.acceptance import forms, queries
from app.acceptance.actions import answering, telling
from app.acceptance.rules import Obstacle, Reason
from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import Answer
from app.organisations import actions as organisations_
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.web import answers
from app.web.forms import Form
from app.web.page import page

blueprint = Blueprint("acceptance", __name__)


@blueprint.get("/documents/<id:quote_id>/acceptance")
@gate(Can.ANSWER_QUOTES, queries.acceptable)
def show(document: Document) -> Response:
    return _page(document)


@blueprint.post("/documents/<id:quote_id>/acceptance")
@gate(Can.ANSWER_QUOTES, queries.acceptable)
def answer(document: Document) -> Response:
    wanted = request.form.get("answer", Answer.ACCEPTED.value)
    if queries.obstacle(document) is not None:
        return _too_late(document, wanted, answering.refusal(document))
    form = _form(document, wanted)
    if not form.validate():
        return _page(document, form, 422)
    try:
        sentence = _answer(document, form)
    except Refused as refusal:
        # Somebody was faster, or it was replaced, since we looked.
        return _too_late(document, wanted, refusal.sentence)
    answers.say("success", sentence)
    return answers.see_other("acceptance.show", quote_id=document.id)


def _form(document: Document, wanted: str) -> Form:
    if wanted == Answer.REJECTED.value:
        return forms.Reject()
    if wanted == Answer.REVISION_ASKED.value:
        return forms.AskRevision()
    return forms.Accept(organisations.organisation_by_id(document.organisation_id))


def _answer(document: Document, form: Form) -> str:
    who = principal()
    if isinstance(form, forms.Reject):
        answering.reject(document, who, Reason(form.reason.data), form.rejection.data or "")
        return _("You have rejected the quote. We have been told.")
    if isinstance(form, forms.AskRevision):
        answering.ask_revision(document, who, form.wish.data)
        return _("We have got your wish. You will hear of a new version.")
    said = form.data
    answering.accept(
        *(document, who, said["name"]),
        order_number=said.get("order_number") or "",
        cost_centre=said.get("cost_centre") or "",
    )
    return _("You have accepted the quote. A mail confirms it.")


def _too_late(document: Document, wanted: str, refusal: str) -> Response:
    """Say what is true now: to who pressed twice that it is done, to all others why it is not."""
    one, who = queries.answer_of(document), principal()
    if one is not None and one.by_id == who.id and one.answer.value == wanted:
        answers.say("success", _("Your answer has arrived already. It counts once."))
        return answers.see_other("acceptance.show", quote_id=document.id)
    return _page(document, status=409, refusal=refusal)


def _page(
    document: Document, failed: Form | None = None, status: int = 200, refusal: str = ""
) -> Response:
    who, why = principal(), queries.obstacle(document)
    one = queries.answer_of(document) if why is Obstacle.ANSWERED else None
    house = organisations.organisation_by_id(document.organisation_id)
    fresh = (forms.Accept(house, None), forms.Reject(None), forms.AskRevision(None))
    accept, reject, revise = (failed if type(failed) is type(form) else form for form in fresh)
    return page(
        "acceptance/show.html",
        status,
        document=document,
        obstacle=why,
        one=one,
        facts=telling.facts(document, one) if one else [],
        newer=queries.newer(who, document),
        keeps_its_pdf=documents.is_pdf(documents.files_of(document)) if one else False,
        forms=(accept, reject, revise),
        refusal=refusal,
        house=house,
    )


@blueprint.get("/documents/<id:quote_id>/reopening")
@gate(Can.DECIDE_DOCUMENTS, queries.acceptable)
def ask_reopening(document: Document) -> Response:
    return _reopening(document, forms.Reopen())


@blueprint.post("/documents/<id:quote_id>/reopening")
@gate(Can.DECIDE_DOCUMENTS, queries.acceptable)
def reopen(document: Document) -> Response:
    form = forms.Reopen()
    if not form.validate():
        return _reopening(document, form, 422)
    answering.reopen(document, principal().actor, form.because.data)
    answers.say("success", _("The quote waits for an answer again. The customer is being told."))
    return answers.see_other("desk.document", document_id=document.id)


def _reopening(document: Document, form: forms.Reopen, status: int = 200) -> Response:
    one = queries.answer_of(document)
    return page("acceptance/reopen.html", status, document=document, one=one, form=form)


@blueprint.get("/settings/quotes")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def settings(house: Organisation) -> Response:
    return _settings(forms.Asks(obj=house))


@blueprint.post("/settings/quotes")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def change_settings(house: Organisation) -> Response:
    form = forms.Asks()
    if not form.validate():
        return _settings(form, 422)
    organisations_.change_organisation(house, principal(), **form.data)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("acceptance.settings")


def _settings(form: forms.Asks, status: int = 200) -> Response:
    may_change = principal().may(Can.CHANGE_SETTINGS)
    return page("acceptance/settings.html", status, form=form, may_change=may_change)
