"""A customer's own people, kept by its first contact: asked in, given rights, ended, opened again."""

from flask import Response, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.desk.views import blueprint
from app.desk.views.granting import asked, fill
from app.identity.models import Person
from app.organisations import actions, forms, queries
from app.organisations.models import Contact, Customer
from app.organisations.rules import granting
from app.web import answers
from app.web.page import page


def _own() -> Customer:
    customer = queries.own_customer(principal())
    if customer is None:
        raise Missing
    return customer


@blueprint.get("/contacts")
@gate(Can.MANAGE_CONTACTS)
def contacts() -> Response:
    return page("people/list.html", contacts=queries.own_contacts(principal()))


@blueprint.get("/contacts/new")
@gate(Can.MANAGE_CONTACTS)
def new_contact() -> Response:
    form = forms.Invitation()
    fill(form, None, queries.given_to(principal()))
    return _invitation(form)


@blueprint.post("/contacts")
@gate(Can.MANAGE_CONTACTS)
def invite() -> Response:
    form = forms.Invitation()
    if form.validate():
        try:
            actions.invite(
                _own(),
                principal(),
                email=form.email.data,
                name=form.name.data,
                language=form.language.data or None,
                rights=form.wanted,
                ends_on=form.ends_on.data,
            )
        except Refused as refusal:
            form.reject(form.email, refusal.sentence)
        else:
            answers.say("success", _("%(name)s is being told by mail.", name=form.name.data))
            return answers.see_other("desk.contacts")
    return _invitation(form, 422)


def _invitation(form: forms.Invitation, status: int = 200) -> Response:
    offered = queries.given_to(principal())
    shown = asked(form, _own(), offered, "desk.new_contact")
    return page("people/invite.html", status, **shown)


@blueprint.get("/contacts/<id:contact_id>")
@gate(Can.MANAGE_CONTACTS, queries.contact)
def contact(found: tuple[Contact, Person]) -> Response:
    form, (one, _person) = forms.Rights(), found
    fill(form, one, _offered(one))
    return _show(found, form)


@blueprint.post("/contacts/<id:contact_id>")
@gate(Can.MANAGE_CONTACTS, queries.contact)
def change_contact(found: tuple[Contact, Person]) -> Response:
    form, (one, person) = forms.Rights(), found
    if form.validate():
        try:
            actions.change_rights(one, principal(), rights=form.wanted, ends_on=form.ends_on.data)
        except Refused as refusal:
            form.reject(form.rights, refusal.sentence)
        else:
            answers.say("success", _("The rights of %(name)s are changed.", name=person.name))
            return answers.see_other("desk.contacts")
    return _show(found, form, 422)


def _offered(one: Contact) -> frozenset[str]:
    """Return what may be given: what one has oneself, and what the other has already."""
    return queries.given_to(principal()) | granting.given(one.rights)


def _show(found: tuple[Contact, Person], form: forms.Rights, status: int = 200) -> Response:
    one, person = found
    shown = asked(form, _own(), _offered(one), "desk.contact", contact_id=person.id)
    is_own = person.id == principal().id
    return page("people/show.html", status, one=one, person=person, is_own=is_own, **shown)


@blueprint.get("/contacts/<id:contact_id>/ending")
@gate(Can.MANAGE_CONTACTS, queries.contact)
def ask_ending(found: tuple[Contact, Person]) -> Response:
    _one, person = found
    keep, go = (
        url_for(f"desk.{name}", contact_id=person.id) for name in ("contact", "end_contact")
    )
    return page("people/end.html", person=person, customer=None, keep=keep, go=go)


@blueprint.post("/contacts/<id:contact_id>/ending")
@gate(Can.MANAGE_CONTACTS, queries.contact)
def end_contact(found: tuple[Contact, Person]) -> Response:
    one, person = found
    actions.end(one, person, principal())
    answers.say("success", _("The access of %(name)s is ended.", name=person.name))
    return answers.see_other("desk.contacts")


@blueprint.post("/contacts/<id:contact_id>/reopening")
@gate(Can.MANAGE_CONTACTS, queries.contact)
def reopen_contact(found: tuple[Contact, Person]) -> Response:
    one, person = found
    actions.reopen(one, principal())
    answers.say("success", _("The access of %(name)s is open again.", name=person.name))
    return answers.see_other("desk.contacts")
