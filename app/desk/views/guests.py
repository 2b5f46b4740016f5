"""Those who ask for access: the queue, one request with all that helps to decide, and the door itself."""

from typing import Any

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.desk.views import blueprint, house
from app.desk.views.granting import asked, fill
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules.granting import EVERYTHING
from app.sign_up import actions, forms, queries, rules
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State
from app.web import answers, paging, transaction
from app.web.page import page

LISTED = (State.WAITING, State.APPROVED, State.REFUSED, State.EXPIRED)
FOUND = 10
"""Customers that a search offers."""


@blueprint.get("/settings/guests")
@gate(Can.ADMIT_GUESTS)
def guests() -> Response:
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in LISTED else State.WAITING
    cursor, back = paging.cursor()
    rows = queries.listed(principal(), state, cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "sign_up/list.html",
        house=house(),
        listed=paging.paged(rows, lambda row: row.id),
        state=state,
        states=[(one, rules.STATE_NAMES[one]) for one in LISTED],
    )


@blueprint.get("/settings/guests/<id:request_id>")
@gate(Can.ADMIT_GUESTS, queries.one)
def guest(one: AccessRequest) -> Response:
    customer = _customer(principal(), request.args.get("chosen", ""))
    return _show(one, customer, forms.Approval(None), forms.Refusal(None, is_told=True))


@blueprint.post("/settings/guests/<id:request_id>/approval")
@gate(Can.ADMIT_GUESTS, queries.one)
def approve_guest(one: AccessRequest) -> Response:
    who, form = principal(), forms.Approval()
    customer = _customer(who, form.customer.data or "")
    if customer is None:
        raise Refused(_("Choose a customer first."))
    if not form.validate():
        return _show(one, customer, form, forms.Refusal(None, is_told=True), 422)
    try:
        actions.approve(one, customer, who.actor, rights=form.wanted, ends_on=form.ends_on.data)
    except Refused as refusal:
        transaction.abandon()
        if one.state is not State.WAITING:
            raise
        form.reject(form.rights, refusal.sentence)
        return _show(one, customer, form, forms.Refusal(None, is_told=True), 422)
    answers.say("success", _("%(name)s is approved, and is being told by mail.", name=one.name))
    return answers.see_other("desk.guests")


@blueprint.post("/settings/guests/<id:request_id>/refusal")
@gate(Can.ADMIT_GUESTS, queries.one)
def refuse_guest(one: AccessRequest) -> Response:
    form = forms.Refusal()
    if not form.validate():
        return _show(one, None, forms.Approval(None), form, 422)
    is_told = bool(form.is_told.data)
    actions.refuse(one, principal().actor, form.reason.data, is_told=is_told)
    answers.say("success", _("The request of %(name)s is refused.", name=one.name))
    return answers.see_other("desk.guests")


def _customer(who: Principal, customer_id: str) -> Customer | None:
    return organisations.customer(who, customer_id) if customer_id else None


def _show(
    one: AccessRequest,
    customer: Customer | None,
    form: forms.Approval,
    refusal: forms.Refusal,
    status: int = 200,
) -> Response:
    is_waiting = one.state is State.WAITING
    search = request.args.get("q", "").strip()[:100]
    look = is_waiting and customer is None
    found = organisations.customers(principal(), search, None, FOUND) if look and search else []
    return page(
        "sign_up/show.html",
        status,
        one=one,
        customer=customer,
        is_waiting=is_waiting,
        proposals=queries.proposals(one) if look else [],
        search=search,
        found=found,
        refusal=refusal,
        state_name=rules.STATE_NAMES[one.state],
        sign_names=rules.SIGN_NAMES,
        **(_rights(one, customer, form) if is_waiting and customer is not None else {}),
    )


def _rights(one: AccessRequest, customer: Customer, form: forms.Approval) -> dict[str, Any]:
    """Return what the table of rights needs; nothing is ticked before somebody ticks it."""
    if request.method == "GET":
        fill(form, None, EVERYTHING)
    form.customer.data = customer.id
    where = {"request_id": one.id, "chosen": customer.id}
    return asked(form, customer, EVERYTHING, "desk.guest", **where)


@blueprint.get("/settings/guests/door")
@gate(Can.ADMIT_GUESTS, organisations.organisation_of)
def guests_door(one: Organisation) -> Response:
    form = forms.Door(None, is_open=one.guests_welcome, code=one.guest_code or "")
    return _door(one, form)


@blueprint.post("/settings/guests/door")
@gate(Can.ADMIT_GUESTS, organisations.organisation_of)
def change_guests_door(one: Organisation) -> Response:
    form = forms.Door()
    if form.validate():
        try:
            is_open, code = bool(form.is_open.data), form.code.data or ""
            actions.open_door(one, principal(), is_open=is_open, code=code)
        except Refused as refusal:
            form.reject(form.code, refusal.sentence)
        else:
            answers.say("success", _("Saved. It holds from now on."))
            return answers.see_other("desk.guests_door")
    return _door(one, form, 422)


def _door(one: Organisation, form: forms.Door, status: int = 200) -> Response:
    return page(
        "sign_up/door.html",
        status,
        house=one,
        form=form,
        told=organisations.administrators(one.id),
    )
