"""One person of a customer, as staff see them: rights, first contact, end of access."""

from flask import Response, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import journal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.desk.views import blueprint
from app.desk.views.granting import asked, fill
from app.identity import actions as identity
from app.identity.models import Person
from app.organisations import actions, forms, queries
from app.organisations.models import Contact, Customer
from app.organisations.rules.granting import EVERYTHING
from app.web import answers
from app.web.page import page

Found = tuple[Contact, Person, Customer]


@blueprint.get("/customers/<id:customer_id>/contacts/<id:contact_id>")
@gate(Can.READ_CUSTOMERS, queries.contact_of)
def person(found: Found) -> Response:
    form = forms.Rights()
    fill(form, found[0], EVERYTHING)
    return _show(found, form)


@blueprint.post("/customers/<id:customer_id>/contacts/<id:contact_id>")
@gate(Can.CHANGE_PORTAL, queries.contact_of)
def change_person(found: Found) -> Response:
    form = forms.Rights()
    if form.validate():
        try:
            actions.change_rights(
                found[0], principal(), rights=form.wanted, ends_on=form.ends_on.data
            )
        except Refused as refusal:
            form.reject(form.rights, refusal.sentence)
        else:
            return _done(found, _("The rights of %(name)s are changed.", name=found[1].name))
    return _show(found, form, 422)


def _show(found: Found, form: forms.Rights, status: int = 200) -> Response:
    one, person, customer = found
    values = {"customer_id": customer.id, "contact_id": person.id}
    return page(
        "people/person.html",
        status,
        one=one,
        person=person,
        customer=customer,
        happened=journal.about("person", person.id, limit=20),
        **asked(form, customer, EVERYTHING, "desk.person", **values),
    )


@blueprint.get("/customers/<id:customer_id>/contacts/<id:contact_id>/ending")
@gate(Can.CHANGE_PORTAL, queries.contact_of)
def ask_person_ending(found: Found) -> Response:
    _one, person, customer = found
    keep, go = (
        url_for(f"desk.{name}", customer_id=customer.id, contact_id=person.id)
        for name in ("person", "end_person")
    )
    return page("people/end.html", person=person, customer=customer, keep=keep, go=go)


@blueprint.post("/customers/<id:customer_id>/contacts/<id:contact_id>/ending")
@gate(Can.CHANGE_PORTAL, queries.contact_of)
def end_person(found: Found) -> Response:
    one, person, _customer = found
    actions.end(one, person, principal())
    return _done(found, _("The access of %(name)s is ended.", name=person.name))


@blueprint.post("/customers/<id:customer_id>/contacts/<id:contact_id>/reopening")
@gate(Can.CHANGE_PORTAL, queries.contact_of)
def reopen_person(found: Found) -> Response:
    one, person, _customer = found
    actions.reopen(one, principal())
    return _done(found, _("The access of %(name)s is open again.", name=person.name))


@blueprint.post("/customers/<id:customer_id>/contacts/<id:contact_id>/primacy")
@gate(Can.CHANGE_PORTAL, queries.contact_of)
def make_primary(found: Found) -> Response:
    one, person, _customer = found
    actions.make_primary(one, principal())
    return _done(found, _("%(name)s is the first contact now.", name=person.name))


@blueprint.get("/customers/<id:customer_id>/contacts/<id:contact_id>/factors")
@gate(Can.SECURE_HOUSE, queries.contact_of)
def person_factors(found: Found) -> Response:
    _one, person, customer = found
    keep, go = (
        url_for(f"desk.{name}", customer_id=customer.id, contact_id=person.id)
        for name in ("person", "forget_person_factors")
    )
    return page("people/factors.html", person=person, keep=keep, go=go)


@blueprint.post("/customers/<id:customer_id>/contacts/<id:contact_id>/factors/removal")
@gate(Can.SECURE_HOUSE, queries.contact_of)
def forget_person_factors(found: Found) -> Response:
    _one, person, _customer = found
    identity.forget_factors(person, principal())
    return _done(found, _("%(name)s signs in without a second factor now.", name=person.name))


def _done(found: Found, sentence: str) -> Response:
    _one, person, customer = found
    answers.say("success", sentence)
    return answers.see_other("desk.person", customer_id=customer.id, contact_id=person.id)
