"""Settings of the channels: whether each is used, how it is connected, what goes which way."""

from typing import Any

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core.languages import gettext as _
from app.core.money import Money
from app.delivery.actions import connecting
from app.delivery.channels.adapter import Adapter, Setup, Step
from app.delivery.channels.register import ADAPTERS
from app.delivery.channels.setups import all_of, setup_of
from app.delivery.forms import channels as forms
from app.delivery.models import ChannelRule
from app.delivery.queries import channels as queries
from app.delivery.views import blueprint
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.organisations.rules import Channel
from app.web import answers, transaction
from app.web.limits import limiter
from app.web.page import page


def _adapter(_who: Principal, channel: str) -> Adapter | None:
    """Return the adapter of a channel that there is."""
    return ADAPTERS.get(Channel(channel)) if channel in set(Channel) else None


def _house() -> Organisation:
    return organisations.organisation_by_id(principal().organisation_id or "")


@blueprint.get("/settings/channels")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def channels(house: Organisation) -> Response:
    return _channels(house, forms.Ways.of(queries.house_settings(house.id).fallback))


def _channels(house: Organisation, form: forms.Ways, status: int = 200) -> Response:
    health = queries.health_of(house.id)
    return page(
        "delivery/channels.html",
        status,
        form=form,
        setups=all_of(house.id),
        adapters=ADAPTERS,
        connected=queries.settings_of(house.id),
        health=health,
        price=lambda minor: Money(minor, house.currency),
        waiting=queries.waiting_for(house.id, list(health)),
    )


@blueprint.post("/settings/channels")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def choose_ways(house: Organisation) -> Response:
    form = forms.Ways()
    if not form.validate():
        return _channels(house, form, 422)
    connecting.choose_ways(house, principal(), form.fallback)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("delivery.channels")


@blueprint.get("/settings/channels/<channel>")
@gate(Can.SECURE_HOUSE, _adapter)
def channel(adapter: Adapter) -> Response:
    house = _house()
    setup = setup_of(house.id, adapter.channel)
    return _channel(
        adapter, forms.Connection.of(setup, house.currency), forms.own_form(adapter, setup), setup
    )


def _channel(
    adapter: Adapter,
    form: forms.Connection,
    own: Any,
    setup: Setup,
    status: int = 200,
    steps: list[Step] | None = None,
) -> Response:
    found = queries.one_of(setup.organisation_id, adapter.channel)
    return page(
        "delivery/channel.html",
        status,
        adapter=adapter,
        form=form,
        own=own,
        setup=setup,
        found=found,
        kept=set(setup.secrets),
        steps=steps,
        health=queries.health(setup.organisation_id, adapter.channel),
    )


@blueprint.post("/settings/channels/<channel>")
@gate(Can.SECURE_HOUSE, _adapter)
def change_channel(adapter: Adapter) -> Response:
    house = _house()
    setup = setup_of(house.id, adapter.channel)
    form, own = forms.Connection(currency=house.currency), forms.own_form(adapter)
    is_valid = all([form.validate(), own is None or own.validate()])
    if is_valid and own is not None and forms.leads_elsewhere(own, setup.values):
        is_valid = _has_new_secrets(own, setup)
    if not is_valid:
        return _channel(adapter, form, own, setup, 422)
    connecting.connect(
        house,
        adapter,
        principal(),
        values=forms.own_values(own),
        secrets=forms.own_secrets(own),
        is_on=form.is_on.data,
        is_test=form.is_test.data,
        holds=form.holds.data,
        cost_minor=form.cost_minor,
    )
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("delivery.channel", channel=adapter.channel.value)


def _has_new_secrets(own: Any, setup: Setup) -> bool:
    """Say whether every secret was typed again; it must not go where somebody alone wants it."""
    typed = forms.own_secrets(own)
    missing = [name for name in forms.secret_names(own) if name in setup.secrets - typed.keys()]
    for name in missing:
        own.reject(own[name], _("Enter it again: it is sent to somebody else from now on."))
    return not missing


@blueprint.post("/settings/channels/<channel>/tests")
@limiter.limit("20 per minute")
@gate(Can.SECURE_HOUSE, _adapter)
def try_channel(adapter: Adapter) -> Response:
    """Try the connection as it was saved, step by step; nothing is sent to a customer."""
    house_id = principal().organisation_id or ""
    setup = setup_of(house_id, adapter.channel)
    with transaction.paused():
        steps = connecting.try_out(adapter, setup)
    house = _house()
    form = forms.Connection.of(setup, house.currency)
    return _channel(adapter, form, forms.own_form(adapter, setup), setup, steps=steps)


@blueprint.get("/settings/channels/rules")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def rules(house: Organisation) -> Response:
    return _rules(house, forms.Rule(formdata=None))


def _rules(house: Organisation, form: forms.Rule, status: int = 200) -> Response:
    return page("delivery/rules.html", status, form=form, found=queries.rules_of(house.id))


@blueprint.post("/settings/channels/rules")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def add_rule(house: Organisation) -> Response:
    form = forms.Rule()
    if not form.validate():
        return _rules(house, form, 422)
    number = form.number.data or ""
    customer = organisations.customer_with_number(house.id, number) if number else None
    if number and customer is None:
        form.reject(form.number, _("There is no customer with this number."))
        return _rules(house, form, 422)
    connecting.add_rule(
        house,
        principal(),
        customer=customer,
        kind=form.kind.data,
        level=form.level.data,
        channel=Channel(form.channel.data),
    )
    answers.say("success", _("Saved. It holds for what is published from now on."))
    return answers.see_other("delivery.rules")


@blueprint.post("/settings/channels/rules/<id:rule_id>/removal")
@gate(Can.CHANGE_SETTINGS, queries.rule)
def remove_rule(found: ChannelRule) -> Response:
    connecting.remove_rule(_house(), found, principal())
    answers.say("success", _("The rule is gone. It holds for what is published from now on."))
    return answers.see_other("delivery.rules")
