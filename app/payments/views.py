"""Paying open invoices, and how the organisation is paid."""

from flask import Blueprint, Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.models import Document
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.payments import forms, queries
from app.payments.actions import connecting, noting, starting
from app.payments.models import Payment
from app.payments.providers import mollie
from app.payments.rules import STATE_NAMES, State
from app.web import answers, transaction
from app.web.forms import choices
from app.web.page import page

blueprint = Blueprint("payments", __name__)


@blueprint.get("/payments/new")
@gate(Can.PAY_DOCUMENTS)
def ask() -> Response:
    wanted = request.args.getlist("document")[:50]
    form = forms.Pay(formdata=None)
    found = queries.payable(principal())
    chosen = [one.id for one in found if one.id in wanted]
    form.documents.data = chosen or [one.id for one in found if one.currency == _first(found)]
    return _ask(form, found)


def _first(found: list[Document]) -> str | None:
    return found[0].currency if found else None


def _ask(form: forms.Pay, found: list[Document], status: int = 200) -> Response:
    form.documents.choices = choices((one.id, one.number) for one in found)
    settings = queries.settings_of(principal().organisation_id)
    return page(
        "payments/ask.html",
        status,
        form=form,
        payable=found,
        chosen=set(form.documents.data or []),
        can_pay=settings is not None and settings.can_be_paid,
        allows_parts=bool(settings and settings.allows_parts),
    )


@blueprint.post("/payments")
@gate(Can.PAY_DOCUMENTS)
def start() -> Response:
    who, form = principal(), forms.Pay()
    if not form.validate():
        return _ask(form, queries.payable(who), 422)
    chosen = queries.payable(who, form.documents.data or [])
    amount = None
    if form.amount.data and chosen:
        typed = forms.money(form.amount.data, chosen[0].currency or "")
        if typed is None:
            form.reject(form.amount, _("Enter an amount like 1234.50."))
            return _ask(form, queries.payable(who), 422)
        amount = typed.minor
    try:
        payment = starting.start(who, chosen, amount, form.attempt_id)
    except Refused as refusal:
        form.reject(form.amount if form.amount.data else form.documents, refusal.sentence)
        return _ask(form, queries.payable(who), 422)
    return _ask_provider(payment)


@blueprint.get("/payments/<id:payment_id>")
@gate(Can.PAY_DOCUMENTS, queries.one)
def show(payment: Payment) -> Response:
    return page(
        "payments/show.html",
        payment=payment,
        parts=queries.parts_of(payment.id),
        State=State,
        state_name=_(STATE_NAMES[payment.state]),
    )


@blueprint.post("/payments/<id:payment_id>/attempt")
@gate(Can.PAY_DOCUMENTS, queries.one)
def try_again(payment: Payment) -> Response:
    return _ask_provider(payment)


def _ask_provider(payment: Payment) -> Response:
    """Ask while no transaction is open: the provider may take its time."""
    asked = starting.ask_for(payment)
    payment_id = payment.id
    if asked is not None:
        known, reason = None, ""
        with transaction.paused():
            try:
                known = asked.send()
            except mollie.Unreachable:
                pass
            except mollie.Rejected as error:
                reason = str(error) or "refused"
        if known is not None:
            starting.opened(payment_id, known)
        elif reason:
            starting.rejected(payment_id, reason)
    return answers.see_other("payments.show", payment_id=payment_id)


@blueprint.post("/documents/<id:document_id>/payments")
@gate(Can.DECIDE_DOCUMENTS, queries.payable_one)
def note(document: Document) -> Response:
    form = forms.Note()
    minor = form.minor(document.currency or "") if form.validate() else None
    if minor is None or form.day.data is None:
        return page("payments/note.html", 422, document=document, form=form)
    remark = form.remark.data or ""
    noting.note_payment(document, minor, form.day.data, remark, principal(), form.attempt_id)
    answers.say("success", _("The payment is noted."))
    return answers.see_other("desk.document", document_id=document.id)


@blueprint.get("/documents/<id:document_id>/payments/new")
@gate(Can.DECIDE_DOCUMENTS, queries.payable_one)
def ask_note(document: Document) -> Response:
    form = forms.Note(formdata=None)
    if document.open:
        form.amount.data = str(document.open.amount)
    return page("payments/note.html", document=document, form=form)


@blueprint.get("/settings/payments")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def settings(house: Organisation) -> Response:
    found = queries.settings_of(house.id)
    form = forms.Connect(formdata=None)
    form.is_on.data = found is not None and found.is_on
    form.allows_parts.data = found is not None and found.allows_parts
    return _settings(house, form)


def _settings(house: Organisation, form: forms.Connect, status: int = 200) -> Response:
    return page(
        "payments/settings.html", status, form=form, connected=queries.settings_of(house.id)
    )


@blueprint.post("/settings/payments")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def change_settings(house: Organisation) -> Response:
    form = forms.Connect()
    if not form.validate():
        return _settings(house, form, 422)
    try:
        connecting.change(
            house,
            principal(),
            key=form.key.data,
            is_on=form.is_on.data,
            allows_parts=form.allows_parts.data,
        )
    except Refused as refusal:
        form.reject(form.key, refusal.sentence)
        return _settings(house, form, 422)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("payments.settings")


@blueprint.post("/settings/payments/test")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def test_settings(house: Organisation) -> Response:
    key = connecting.key_of(house.id)
    with transaction.paused():
        try:
            ways = mollie.check(key)
        except mollie.Unreachable:
            ways, problem = [], _("The payment provider cannot be reached. Try again in a moment.")
        except mollie.Rejected:
            ways, problem = [], _("The payment provider refuses this key. Enter another one.")
        else:
            problem = "" if ways else _("The key works, but no way to pay is switched on there.")
    if problem:
        answers.say("error", problem)
    else:
        names = ", ".join(ways)
        answers.say("success", _("The connection works. Ways to pay: %(names)s.", names=names))
    return answers.see_other("payments.settings")
