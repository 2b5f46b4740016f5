"""Customers, their people, and who receives their documents."""

from typing import Any

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.access_letters import queries as access_letters
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.queries import blocked as returned
from app.desk.views import blueprint, families, house
from app.documents import queries as documents
from app.documents.rules.kinds import NAMES
from app.dunning import queries as reminders
from app.master_data import queries as master_data
from app.organisations import actions, forms, queries
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel, CustomerKind, RecipientRole, own_data
from app.portal.queries import addresses
from app.web import answers, paging
from app.web.forms import named
from app.web.page import page


@blueprint.get("/customers")
@gate(Can.READ_CUSTOMERS)
def customers() -> Response:
    search = request.args.get("q", "").strip()[:100]
    cursor, back = paging.cursor()
    rows = queries.customers(principal(), search, _place(cursor), paging.SIZE + 1, back=back)
    return page(
        "desk/customers.html",
        search=search,
        listed=paging.paged(rows, lambda row: f"{row.id}~{row.name_sort}"),
    )


def _place(cursor: str | None) -> tuple[str, str] | None:
    customer_id, _tilde, name = (cursor or "").partition("~")
    return (name, customer_id) if name else None


@blueprint.get("/customers/new")
@gate(Can.CHANGE_CUSTOMERS)
def new_customer() -> Response:
    return page("desk/customer_edit.html", form=forms.Customer(), customer=None)


@blueprint.post("/customers")
@gate(Can.CHANGE_CUSTOMERS)
def add_customer() -> Response:
    form = forms.Customer()
    if form.is_sound({}):
        try:
            added = actions.add_customer(
                principal().organisation_id,
                principal().actor,
                number=form.number.data or None,
                kind=CustomerKind(form.kind.data),
                **_stored(form),
            )
        except Refused as refusal:
            form.reject(form.number, refusal.sentence)
        else:
            answers.say("success", _("%(name)s is a customer now.", name=added.name))
            return answers.see_other("desk.customer", customer_id=added.id)
    return page("desk/customer_edit.html", 422, form=form, customer=None)


def _stored(form: forms.Customer) -> dict[str, Any]:
    """Return what was typed, as the columns keep it."""
    return {field.value: own_data.stored(field, value) for field, value in form.values.items()}


@blueprint.get("/customers/<id:customer_id>")
@gate(Can.READ_CUSTOMERS, queries.customer)
def customer(one: Customer) -> Response:
    return _show(one, _recipient_form(), forms.Contact())


@blueprint.get("/customers/<id:customer_id>/edit")
@gate(Can.CHANGE_CUSTOMERS, queries.customer)
def edit_customer(one: Customer) -> Response:
    form = forms.Customer()
    form.fill(own_data.values_of(one))
    form.number.data, form.kind.data = one.number, one.kind.value
    return page("desk/customer_edit.html", form=form, customer=one, **families.beside_edit(one))


@blueprint.post("/customers/<id:customer_id>")
@gate(Can.CHANGE_CUSTOMERS, queries.customer)
def change_customer(one: Customer) -> Response:
    form = forms.Customer()
    if form.is_sound(own_data.values_of(one)):
        try:
            actions.change_customer(
                one,
                principal(),
                number=form.number.data or one.number,
                kind=CustomerKind(form.kind.data),
                **_stored(form),
            )
        except Refused as refusal:
            form.reject(form.number, refusal.sentence)
        else:
            answers.say("success", _("Saved."))
            return answers.see_other("desk.customer", customer_id=one.id)
    return page(
        "desk/customer_edit.html", 422, form=form, customer=one, **families.beside_edit(one)
    )


@blueprint.post("/customers/<id:customer_id>/contacts")
@gate(Can.CHANGE_CUSTOMERS, queries.customer)
def add_contact(one: Customer) -> Response:
    form = forms.Contact()
    if form.validate():
        try:
            actions.add_contact(
                one,
                principal().actor,
                email=form.email.data,
                name=form.name.data,
                language=form.language.data or None,
            )
        except Refused as refusal:
            form.reject(form.email, refusal.sentence)
        else:
            answers.say(
                "success", _("%(name)s can sign in now, with a mailed code.", name=form.name.data)
            )
            return answers.see_other("desk.customer", customer_id=one.id)
    return _show(one, _recipient_form(), form, 422)


@blueprint.post("/customers/<id:customer_id>/recipients")
@gate(Can.CHANGE_CUSTOMERS, queries.customer)
def add_recipient(one: Customer) -> Response:
    form = _recipient_form()
    if form.validate():
        try:
            actions.add_recipient(
                one,
                principal().actor,
                role=RecipientRole(form.role.data),
                name=form.name.data,
                channel=Channel(form.channel.data),
                email=form.email.data,
                language=form.language.data or None,
                kinds=form.kinds.data or [],
            )
        except Refused as refusal:
            form.reject(form.email, refusal.sentence)
        else:
            answers.say("success", _("%(name)s receives documents now.", name=form.name.data))
            return answers.see_other("desk.customer", customer_id=one.id)
    return _show(one, form, forms.Contact(), 422)


@blueprint.post("/customers/<id:customer_id>/recipients/<id:recipient_id>/removal")
@gate(Can.CHANGE_CUSTOMERS, queries.recipient)
def remove_recipient(one: Recipient) -> Response:
    actions.remove_recipient(one, principal())
    answers.say("success", _("%(name)s receives no more documents.", name=one.name))
    return answers.see_other("desk.customer", customer_id=one.customer_id)


def _recipient_form() -> forms.Recipient:
    form = forms.Recipient(prefix="recipient-")
    form.kinds.choices = named(NAMES)
    return form


def _show(
    one: Customer, recipient: forms.Recipient, contact: forms.Contact, status: int = 200
) -> Response:
    who: Principal = principal()
    return page(
        "desk/customer.html",
        status,
        customer=one,
        contacts=queries.contacts_of(one.id),
        recipient=recipient,
        contact=contact,
        newest=documents.page(
            who, documents.Filters(customer_id=one.id), None, back=False, limit=10
        ),
        data_changes=master_data.of_customer(who, one.id),
        **families.beside(one),
        **addresses.beside_customer(who, house(), one),
        **reminders.beside_customer(who, one),
        **access_letters.beside_customer(who, one),
        **returned.beside_recipients(who, one),
    )
