"""Let go what is held, together: a forecast, a confirmation, and how far it has come (B2-14)."""

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import ids
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.money import Money
from app.delivery import forms
from app.delivery.actions import releases
from app.delivery.models import DeliveryRelease
from app.delivery.queries import releases as queries
from app.delivery.rules import HELD_NAMES
from app.delivery.views import blueprint
from app.delivery.views.deliveries import NARROWS, chips_of, filters_of
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.web import answers
from app.web.page import page


@blueprint.get("/deliveries/releases/new")
@gate(Can.RELEASE_DELIVERIES, organisations.organisation_of)
def forecast(house: Organisation) -> Response:
    """Say what would go out: how many of what over which channel, for how many customers, at what cost."""
    form = forms.Filters(request.args)
    filters = filters_of(form)
    found = queries.forecast(house.id, filters)
    cost = None if found.cost_minor is None else Money(found.cost_minor, house.currency)
    asked = {name: request.args[name] for name in sorted(NARROWS) if request.args.get(name)}
    return page(
        "delivery/forecast.html",
        found=found,
        asked=asked,
        chips=chips_of(form, filters),
        cost=cost,
        HELD_NAMES=HELD_NAMES,
    )


@blueprint.post("/deliveries/releases")
@gate(Can.RELEASE_DELIVERIES, organisations.organisation_of)
def start_release(house: Organisation) -> Response:
    filters, newest = filters_of(forms.Filters(request.form)), request.form.get("newest", "")
    if not ids.is_id(newest):
        raise Refused(_("Look at what would go out first."))
    found = queries.forecast(house.id, filters, newest)
    made = releases.start(house, principal(), filters=filters, newest=newest, found=found)
    answers.say("success", _("What was held goes out now."))
    return answers.see_other("delivery.show_release", delivery_release_id=made.id)


@blueprint.get("/deliveries/releases/<id:delivery_release_id>")
@gate(Can.READ_DELIVERIES, queries.release)
def show_release(release: DeliveryRelease) -> Response:
    return page("delivery/release.html", release=release)
