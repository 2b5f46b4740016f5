"""Main customers: who sees whose documents beside their own (PY-23)."""

from typing import Any

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.desk.views import blueprint
from app.organisations import actions, forms, queries
from app.organisations.models import Customer
from app.web import answers
from app.web.page import page

OFFERED = 5
"""Customers that are offered where what was typed is the beginning of several numbers."""


def beside(one: Customer) -> dict[str, Any]:
    """Return what the page of a customer shows of its family."""
    main, below = queries.family(one)
    return {"main": main, "below": below}


def beside_edit(one: Customer) -> dict[str, Any]:
    """Return what the page shows on which a customer is edited."""
    return {"main_form": forms.Main(None), "offered": [], **beside(one)}


@blueprint.get("/customers/<id:customer_id>/main-customer")
@gate(Can.CHANGE_CUSTOMERS, queries.customer)
def main_customer(one: Customer) -> Response:
    return page("desk/customer_main.html", customer=one, **beside_edit(one))


@blueprint.post("/customers/<id:customer_id>/main-customer")
@gate(Can.CHANGE_CUSTOMERS, queries.customer)
def put_below(one: Customer) -> Response:
    form = forms.Main()
    if form.validate():
        typed = form.main_number.data
        offered = queries.customers_by_number(principal(), typed, None, limit=OFFERED)
        found = next((each for each in offered if each.number == typed), None)
        try:
            if found is not None:
                actions.put_below(one, found, principal())
                said = _("%(name)s sees the documents of this customer now.", name=found.name)
                answers.say("success", said)
                return answers.see_other("desk.customer", customer_id=one.id)
            form.reject(form.main_number, _number_of_nobody(offered))
        except Refused as refusal:
            form.reject(form.main_number, refusal.sentence)
            offered = []
        shown = {**beside(one), "main_form": form, "offered": offered}
        return page("desk/customer_main.html", 422, customer=one, **shown)
    shown = {**beside(one), "main_form": form, "offered": []}
    return page("desk/customer_main.html", 422, customer=one, **shown)


def _number_of_nobody(offered: list[Customer]) -> str:
    if offered:
        return _("Several numbers begin like this. Choose one below.")
    return _("There is no customer with this number.")


@blueprint.post("/customers/<id:customer_id>/main-customer/removal")
@gate(Can.CHANGE_CUSTOMERS, queries.customer)
def take_out(one: Customer) -> Response:
    actions.take_out(one, principal())
    answers.say("success", _("This customer stands by itself now."))
    return answers.see_other("desk.customer", customer_id=one.id)
