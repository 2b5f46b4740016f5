"""Settings of text messages: whether they go out, through whom, how many, and what became of each."""

from flask import Blueprint, Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.money import Money
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.sms import forms, queries
from app.sms.actions import connecting
from app.sms.models import SmsSettings
from app.sms.queries import Usage
from app.sms.rules import life, numbers
from app.sms.rules.life import Gateway
from app.web import answers, paging
from app.web.page import page

blueprint = Blueprint("sms", __name__, url_prefix="/settings/sms")


@blueprint.get("")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def index(house: Organisation) -> Response:
    return _index(house, forms.TryOut(formdata=None))


def _index(house: Organisation, form: forms.TryOut, status: int = 200) -> Response:
    found = queries.settings_of(house.id)
    usage = queries.usage_of(house)
    cursor, back = paging.cursor()
    rows = queries.page(principal(), cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "sms/index.html",
        status,
        form=form,
        settings=found,
        usage=usage,
        countries=", ".join(queries.countries_of(house, found)),
        spent=_spent(house, found, usage),
        listed=paging.paged(rows, lambda row: row.id),
        life=life,
        masked=numbers.masked,
    )


def _spent(
    house: Organisation, found: SmsSettings | None, usage: Usage
) -> tuple[Money, Money | None] | None:
    """Return what this month has cost, and what it may; None where no price is known."""
    if found is None or found.price_minor is None:
        return None
    most = found.money_per_month
    spent = Money(usage.money, house.currency)
    return spent, None if most is None else Money(most, house.currency)


@blueprint.get("/edit")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def edit(house: Organisation) -> Response:
    return _edit(house, forms.Connect.of(queries.settings_of(house.id), house.currency))


def _edit(house: Organisation, form: forms.Connect, status: int = 200) -> Response:
    found = queries.settings_of(house.id)
    return page(
        "sms/edit.html",
        status,
        form=form,
        settings=found,
        has_hook=found is not None and found.gateway is Gateway.HTTP,
        hook_url=f"{house.base_url}/hooks/sms/http/{house.id}",
    )


@blueprint.post("")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def change(house: Organisation) -> Response:
    form = forms.Connect(currency=house.currency)
    if not form.validate():
        return _edit(house, form, 422)
    try:
        connecting.change(
            house,
            principal(),
            secret=form.secret.data or "",
            is_on=form.is_on.data,
            values=form.values,
        )
    except Refused as refusal:
        form.reject(form.secret, refusal.sentence)
        return _edit(house, form, 422)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("sms.index")


@blueprint.post("/stop")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def stop(house: Organisation) -> Response:
    connecting.stop(house, principal())
    answers.say("success", _("No more text messages are sent."))
    return answers.see_other("sms.index")


@blueprint.post("/resumption")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def go_on(house: Organisation) -> Response:
    connecting.go_on(house, principal())
    answers.say("success", _("Text messages go out again."))
    return answers.see_other("sms.index")


@blueprint.post("/tests")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def try_out(house: Organisation) -> Response:
    form = forms.TryOut()
    if not form.validate():
        return _index(house, form, 422)
    try:
        connecting.try_out(house, principal(), form.number.data)
    except Refused as refusal:
        form.reject(form.number, refusal.sentence)
        return _index(house, form, 422)
    answers.say("success", _("The test message is on its way. What becomes of it stands below."))
    return answers.see_other("sms.index")


@blueprint.post("/secret")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def renew_secret(house: Organisation) -> Response:
    secret = connecting.renew_receipt_secret(house, principal())
    # Answered at once and not by a redirect: the secret must not lie anywhere until it is fetched.
    url = f"{house.base_url}/hooks/sms/http/{house.id}"
    return page("sms/secret.html", 201, secret=secret, hook_url=url)
