"""Mail that comes back: blocked addresses, what follows, letters that pause."""

from typing import Any, Final

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.delivery.actions import blocking, breaker, dispatching, returning
from app.delivery.forms import returns as forms
from app.delivery.models import BouncePolicy
from app.delivery.queries import blocked, channels
from app.delivery.rules.bouncing import POLICY_NAMES, REASON_NAMES
from app.delivery.views import blueprint
from app.organisations import queries as organisations
from app.organisations.models import Organisation, Recipient
from app.web import answers, paging
from app.web.page import page

NEW: Final = "block-"
"""The list has a field of the same name."""


@blueprint.get("/deliveries/blocked")
@gate(Can.READ_DELIVERIES)
def blocked_addresses() -> Response:
    return _blocked(forms.Block(formdata=None, prefix=NEW))


@blueprint.post("/deliveries/blocked")
@gate(Can.CHANGE_DELIVERIES)
def block_address() -> Response:
    form = forms.Block(prefix=NEW)
    if form.validate():
        try:
            blocking.add(principal().organisation_id, form.address.data, principal())
        except Refused as refusal:
            form.reject(form.address, refusal.sentence)
        else:
            said = _("Nothing is sent to %(address)s any more.", address=form.address.data)
            answers.say("success", said)
            return answers.see_other("delivery.blocked_addresses")
    return _blocked(form, 422)


@blueprint.post("/deliveries/blocked/lifting")
@gate(Can.CHANGE_DELIVERIES)
def lift_block() -> Response:
    address = request.form.get("address", "")[:254]
    count = blocking.lift(principal().organisation_id, address, principal())
    said = _("%(address)s gets mail again.", address=address)
    if count:
        said += " " + ngettext(
            "%(num)d held dispatch goes out now.", "%(num)d held dispatches go out now.", count
        )
    answers.say("success", said)
    return answers.see_other("delivery.blocked_addresses")


def _blocked(form: forms.Block, status: int = 200) -> Response:
    search = forms.Search(request.args)
    search.validate()
    begin = "" if search.errors else (search.address.data or "").lower()
    cursor, back = paging.cursor()
    rows = blocked.page(principal(), begin, cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "delivery/blocked.html",
        status,
        form=form,
        search=search,
        chips=[(begin, paging.url_without("address"))] if begin else [],
        listed=paging.paged(rows, lambda row: row.address),
        may_change=principal().may(Can.CHANGE_DELIVERIES),
        REASON_NAMES=REASON_NAMES,
    )


@blueprint.get("/settings/channels/returns")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def returns(house: Organisation) -> Response:
    policy = channels.house_settings(house.id).bounce_policy
    return _returns(house, forms.Policy(data={"policy": policy.value}))


@blueprint.post("/settings/channels/returns")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def change_returns(house: Organisation) -> Response:
    form = forms.Policy()
    if not form.validate():
        return _returns(house, form, 422)
    returning.choose_policy(house, principal(), BouncePolicy(form.policy.data))
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("delivery.returns")


@blueprint.post("/settings/channels/returns/going-on")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def let_letters_go_on(house: Organisation) -> Response:
    breaker.resume(house, principal())
    answers.say("success", _("Letters go on. What was held goes out now."))
    return answers.see_other("delivery.returns")


def _returns(house: Organisation, form: forms.Policy, status: int = 200) -> Response:
    return page(
        "delivery/returns.html",
        status,
        form=form,
        settings=channels.house_settings(house.id),
        may_change=principal().may(Can.CHANGE_SETTINGS),
        POLICY_NAMES=POLICY_NAMES,
    )


@blueprint.post("/customers/<id:customer_id>/recipients/<id:recipient_id>/redelivery")
@gate(Can.CHANGE_DELIVERIES, organisations.recipient)
def send_rest(recipient: Recipient) -> Response:
    count = dispatching.send_rest(recipient, principal())
    sent = {"address": recipient.email or ""}
    answers.say(
        "success",
        ngettext(
            "%(num)d document is sent to %(address)s now.",
            "%(num)d documents are sent to %(address)s now.",
            count,
            **sent,
        ),
    )
    return answers.see_other("desk.customer", customer_id=recipient.customer_id)


def paused(organisation_id: str) -> dict[str, Any]:
    """Return what lists of dispatches say of letters that pause."""
    return {"letters_paused_at": channels.house_settings(organisation_id).letters_paused_at}
