"""Whether one customer has the portal, and the address of all its documents."""

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import ids
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import queries as organisations
from app.organisations.models import Customer
from app.organisations.rules.portal import Access
from app.portal import forms
from app.portal.actions import access, addresses
from app.portal.queries import addresses as queries
from app.portal.views import blueprint, house
from app.web import answers
from app.web.page import page


@blueprint.post("/customers/<id:customer_id>/portal")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def change_access(one: Customer) -> Response:
    form = forms.OfCustomer()
    if not form.validate():
        return page("portal/access.html", 422, customer=one, form=form)
    access.change_access(one, Access(form.access.data), principal())
    if form.visible.raw_data:
        access.change_visible(one, form.wanted, principal())
    answers.say("success", _("Saved. It holds from now on."))
    return _back(one)


@blueprint.post("/customers/<id:customer_id>/portal/address")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def make_address(one: Customer) -> Response:
    addresses.make(house(), one, principal())
    answers.say("success", _("There is an address now. Copy it, or send it by mail."))
    return _back(one)


@blueprint.post("/customers/<id:customer_id>/portal/address/renewal")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def renew_address(one: Customer) -> Response:
    addresses.renew(house(), one, principal(), request.form.get("link"))
    answers.say("success", _("There is a new address. The one before opens nothing any more."))
    return _back(one)


@blueprint.post("/customers/<id:customer_id>/portal/address/revocation")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def revoke_address(one: Customer) -> Response:
    addresses.revoke(one, principal())
    answers.say("success", _("The address opens nothing any more."))
    return _back(one)


@blueprint.get("/customers/<id:customer_id>/portal/sending")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def ask_sending(one: Customer) -> Response:
    return _ask_sending(one, forms.Sending(None, data={"sending": ids.new()}))


@blueprint.post("/customers/<id:customer_id>/portal/sending")
@gate(Can.CHANGE_PORTAL, organisations.customer)
def send_address(one: Customer) -> Response:
    form, people = forms.Sending(), queries.people_of(one)
    form.offer((each.address, each.name) for each in people.values())
    if not form.validate():
        return _ask_sending(one, form, 422)
    if not ids.is_id(form.sending.data or ""):
        raise Refused(_("Look at the address first. Nothing was sent."))
    addresses.send(house(), one, people[form.to.data], principal(), key=form.sending.data)
    answers.say("success", _("It is on its way to %(address)s.", address=form.to.data))
    return _back(one)


def _ask_sending(one: Customer, form: forms.Sending, status: int = 200) -> Response:
    people = queries.people_of(one)
    form.offer((each.address, each.name) for each in people.values())
    address = queries.of_customer(house(), one)
    return page("portal/sending.html", status, customer=one, form=form, address=address)


def _back(one: Customer) -> Response:
    return answers.see_other("desk.customer", customer_id=one.id, _anchor="portal")
