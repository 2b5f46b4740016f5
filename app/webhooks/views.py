"""Settings of webhooks: endpoints, their secrets, and the log of what each was told."""

from datetime import date, timedelta

from flask import Blueprint, Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, languages
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.web import answers, paging
from app.web.page import page
from app.webhooks import forms, queries, rules
from app.webhooks.actions import deliveries, endpoints
from app.webhooks.formats import event
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import EVENT_NAMES, EndpointState, State

blueprint = Blueprint("webhooks", __name__, url_prefix="/settings/webhooks")

Found = tuple[WebhookEndpoint, WebhookDelivery]


@blueprint.get("")
@gate(Can.MANAGE_WEBHOOKS)
def index() -> Response:
    return _index(forms.Endpoint(events=list(EVENT_NAMES)))


@blueprint.post("")
@gate(Can.MANAGE_WEBHOOKS)
def add() -> Response:
    form = forms.Endpoint()
    if not form.validate():
        return _index(form, 422)
    try:
        endpoint, secret = endpoints.add(
            principal(), form.url.data, form.description.data or "", form.events.data
        )
    except Refused as refusal:
        form.reject(form.url, refusal.sentence)
        return _index(form, 422)
    # Answered at once and not by a redirect: the secret must not lie anywhere until it is fetched.
    return page("webhooks/secret.html", 201, endpoint=endpoint, secret=secret)


def _index(form: forms.Endpoint, status: int = 200) -> Response:
    found = queries.all_of(principal())
    return page(
        "webhooks/index.html",
        status,
        form=form,
        endpoints=found,
        is_full=len(found) >= rules.MOST_ENDPOINTS,
        most=rules.MOST_ENDPOINTS,
    )


@blueprint.get("/<id:webhook_id>")
@gate(Can.MANAGE_WEBHOOKS, queries.one)
def show(endpoint: WebhookEndpoint) -> Response:
    week_ago = clock.today(languages.timezone()) - timedelta(days=7)
    return _show(endpoint, forms.Missed(since=week_ago))


def _show(endpoint: WebhookEndpoint, missed: forms.Missed, status: int = 200) -> Response:
    form = forms.Filters(request.args)
    form.validate()
    wrong = set(form.errors)
    state = None if "state" in wrong or not form.state.data else State(form.state.data)
    name = None if "event" in wrong else form.event.data or None
    cursor, back = paging.cursor()
    filters = queries.Filters(state, name)
    rows = queries.page(endpoint.id, filters, cursor, back=back, limit=paging.SIZE + 1)
    shown = (
        ("state", _(rules.STATE_NAMES[state]) if state else ""),
        ("event", _(EVENT_NAMES[name]) if name else ""),
    )
    return page(
        "webhooks/show.html",
        status,
        endpoint=endpoint,
        form=form,
        missed=missed,
        listed=paging.paged(rows, lambda row: row.id),
        chips=[(text, paging.url_without(key)) for key, text in shown if text],
        old_secret_until=rules.old_secret_until(endpoint.rotated_at, clock.now()),
    )


@blueprint.get("/<id:webhook_id>/edit")
@gate(Can.MANAGE_WEBHOOKS, queries.one)
def edit(endpoint: WebhookEndpoint) -> Response:
    is_active = endpoint.state is EndpointState.ACTIVE
    return _edit(endpoint, forms.Change(obj=endpoint, is_active=is_active))


@blueprint.post("/<id:webhook_id>")
@gate(Can.MANAGE_WEBHOOKS, queries.one)
def change(endpoint: WebhookEndpoint) -> Response:
    form = forms.Change()
    if not form.validate():
        return _edit(endpoint, form, 422)
    endpoints.change(
        endpoint,
        principal(),
        url=form.url.data,
        description=form.description.data or "",
        events=form.events.data,
        is_active=form.is_active.data,
    )
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("webhooks.show", webhook_id=endpoint.id)


def _edit(endpoint: WebhookEndpoint, form: forms.Change, status: int = 200) -> Response:
    return page("webhooks/edit.html", status, endpoint=endpoint, form=form)


@blueprint.post("/<id:webhook_id>/secret")
@gate(Can.MANAGE_WEBHOOKS, queries.one)
def rotate(endpoint: WebhookEndpoint) -> Response:
    number = forms.Rotation().number.data or ""
    shown = int(number) if number.isdecimal() and len(number) < 9 else 0
    secret = endpoints.rotate(endpoint, principal(), shown)
    return page("webhooks/secret.html", 201, endpoint=endpoint, secret=secret)


@blueprint.post("/<id:webhook_id>/removal")
@gate(Can.MANAGE_WEBHOOKS, queries.one)
def remove(endpoint: WebhookEndpoint) -> Response:
    endpoints.remove(endpoint, principal())
    answers.say("success", _("Removed. Nothing is sent to %(url)s any more.", url=endpoint.url))
    return answers.see_other("webhooks.index")


@blueprint.post("/<id:webhook_id>/tests")
@gate(Can.MANAGE_WEBHOOKS, queries.one)
def send_test(endpoint: WebhookEndpoint) -> Response:
    delivery_id = deliveries.send_test(endpoint, principal())
    return answers.see_other("webhooks.delivery", webhook_id=endpoint.id, delivery_id=delivery_id)


@blueprint.post("/<id:webhook_id>/replays")
@gate(Can.MANAGE_WEBHOOKS, queries.one)
def replay_missed(endpoint: WebhookEndpoint) -> Response:
    form = forms.Missed()
    if not form.validate():
        return _show(endpoint, form, 422)
    since = clock.midnight(_within_the_log(form.since.data), languages.timezone())
    count, has_more = deliveries.replay_missed(endpoint, since, principal())
    if not count:
        said = _("Since that day nothing has failed.")
    elif has_more:
        said = _(
            "The oldest %(count)s messages are sent again. There are more: do it once more.",
            count=count,
        )
    else:
        said = ngettext("%(num)d message is sent again.", "%(num)d messages are sent again.", count)
    answers.say("success", said)
    return answers.see_other("webhooks.show", webhook_id=endpoint.id)


def _within_the_log(day: date) -> date:
    today = clock.today(languages.timezone())
    return min(max(day, today - rules.KEPT), today + timedelta(days=1))


@blueprint.get("/<id:webhook_id>/deliveries/<id:delivery_id>")
@gate(Can.MANAGE_WEBHOOKS, queries.delivery)
def delivery(found: Found) -> Response:
    endpoint, one = found
    return page(
        "webhooks/delivery.html",
        endpoint=endpoint,
        delivery=one,
        attempts=queries.attempts_of(one.id),
        body=event.readable(one.body),
        may_replay=endpoint.state is EndpointState.ACTIVE,
    )


@blueprint.post("/<id:webhook_id>/deliveries/<id:delivery_id>/replay")
@gate(Can.MANAGE_WEBHOOKS, queries.delivery)
def replay(found: Found) -> Response:
    endpoint, one = found
    deliveries.replay(endpoint, one, principal())
    answers.say("success", _("It is being sent again, with the same id."))
    return answers.see_other("webhooks.delivery", webhook_id=endpoint.id, delivery_id=one.id)
