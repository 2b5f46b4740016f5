"""One recipient of a customer: which channel, where it reaches them, and why not another (B2-20)."""

from typing import Any

from flask import Response

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.actions import connecting, recipients
from app.delivery.channels.adapter import CHECK_NAMES, Check, Wanted
from app.delivery.channels.register import ADAPTERS
from app.delivery.channels.setups import all_of, obstacles, setup_of
from app.delivery.forms import channels as forms
from app.delivery.rules import OBSTACLE_NAMES
from app.delivery.views import blueprint
from app.documents.rules.kinds import Kind
from app.organisations import queries as organisations
from app.organisations.models import Recipient
from app.organisations.rules import Channel
from app.web import answers, transaction
from app.web.limits import limiter
from app.web.page import page


@blueprint.get("/customers/<id:customer_id>/recipients/<id:recipient_id>")
@gate(Can.READ_CUSTOMERS, organisations.recipient)
def recipient(one: Recipient) -> Response:
    return _recipient(one, forms.OwnWay.of(one), forms.particulars_form(one.channel, one))


def _recipient(one: Recipient, form: forms.OwnWay, own: Any, status: int = 200) -> Response:
    customer = organisations.customer_by_id(one.customer_id)
    assert customer is not None
    wanted = Wanted(Kind.INVOICE, customer, one)
    return page(
        "delivery/recipient.html",
        status,
        one=one,
        customer=customer,
        form=form,
        own=own,
        obstacles=obstacles(wanted, all_of(one.organisation_id)),
        OBSTACLE_NAMES=OBSTACLE_NAMES,
        can_check=one.channel in ADAPTERS and ADAPTERS[one.channel].check is not None,
        checked=CHECK_NAMES[Check(one.checked)] if one.checked in set(Check) else "",
    )


@blueprint.post("/customers/<id:customer_id>/recipients/<id:recipient_id>")
@gate(Can.CHANGE_CUSTOMERS, organisations.recipient)
def change_recipient(one: Recipient) -> Response:
    form = forms.OwnWay()
    channel = Channel(form.channel.data) if form.channel.data in set(Channel) else one.channel
    # What another channel asks for is asked on the page that opens then.
    own = forms.particulars_form(channel) if channel is one.channel else None
    if not all([form.validate(), own is None or own.validate()]):
        return _recipient(one, form, own, 422)
    try:
        recipients.change(
            one,
            principal(),
            channel=channel,
            email=form.email.data,
            endpoint=form.endpoint.data or "",
            postal=form.postal,
            particulars=forms.own_values(own) if own else one.particulars,
        )
    except Refused as refusal:
        form.reject(form.channel, refusal.sentence)
        return _recipient(one, form, own, 422)
    answers.say("success", _("Saved. It holds for what is published from now on."))
    return answers.see_other("delivery.recipient", customer_id=one.customer_id, recipient_id=one.id)


@blueprint.post("/customers/<id:customer_id>/recipients/<id:recipient_id>/check")
@limiter.limit("60 per minute")
@gate(Can.CHANGE_CUSTOMERS, organisations.recipient)
def check_recipient(one: Recipient) -> Response:
    """Ask the channel whether it can reach a recipient."""
    ids = {"customer_id": one.customer_id, "recipient_id": one.id}
    adapter = ADAPTERS.get(one.channel)
    if adapter is None or adapter.check is None:
        raise Refused(_("This channel cannot be asked."))
    setup, address = setup_of(one.organisation_id, one.channel), one.endpoint
    with transaction.paused():
        found, words = connecting.ask(adapter, setup, address)
    fresh = organisations.recipient_by_id(ids["recipient_id"])
    assert fresh is not None
    recipients.keep_check(fresh, found)
    tone = "success" if found is Check.OK else "error"
    answers.say(tone, " ".join(filter(None, [_(CHECK_NAMES[found]), words])))
    return answers.see_other("delivery.recipient", **ids)
