"""What became of every dispatch, for staff."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.languages import gettext as _
from app.core.languages import timezone
from app.delivery import actions, forms, queries, rules
from app.delivery.models import Dispatch
from app.delivery.rules import OUTCOME_NAMES, STATE_MEANINGS, STATE_NAMES, State
from app.delivery.views import blueprint, returns
from app.documents import queries as documents
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.web import answers, paging
from app.web.page import page

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 30)
"""A filter may ask for any day; beyond these there is no midnight in every time zone."""


@blueprint.get("/deliveries")
@gate(Can.READ_DELIVERIES)
def index() -> Response:
    form = forms.Filters(request.args)
    filters = _filters(form)
    cursor, back = paging.cursor()
    rows = queries.page(principal(), filters, cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "delivery/list.html",
        form=form,
        listed=paging.paged(rows, lambda row: row.id),
        chips=_chips(form, filters),
        **returns.paused(principal().organisation_id),
    )


def _filters(form: forms.Filters) -> queries.Filters:
    form.validate()
    wrong = set(form.errors)
    day = timedelta(days=1)
    since = None if "since" in wrong else form.since.data
    until = None if "until" in wrong else form.until.data
    return queries.Filters(
        channel=Channel(form.channel.data)
        if form.channel.data and "channel" not in wrong
        else None,
        state=State(form.state.data) if form.state.data and "state" not in wrong else None,
        since=_midnight(since) if since else None,
        until=_midnight(min(until, LAST_DAY) + day) if until else None,
        recipient="" if "recipient" in wrong else form.recipient.data or "",
        number="" if "number" in wrong else form.number.data or "",
    )


def _midnight(day: date) -> datetime:
    """Return when a day begins on the organisation's clock."""
    inside = min(max(day, FIRST_DAY), LAST_DAY)
    return datetime.combine(inside, time(), ZoneInfo(timezone()))


def _chips(form: forms.Filters, filters: queries.Filters) -> list[tuple[str, str]]:
    shown = {
        "recipient": filters.recipient,
        "number": filters.number,
        "channel": _(CHANNEL_NAMES[filters.channel]) if filters.channel else "",
        "state": _(STATE_NAMES[filters.state]) if filters.state else "",
        "since": form.since.raw_data[0] if filters.since and form.since.raw_data else "",
        "until": form.until.raw_data[0] if filters.until and form.until.raw_data else "",
    }
    return [(text, paging.url_without(name)) for name, text in shown.items() if text]


@blueprint.get("/deliveries/<id:dispatch_id>")
@gate(Can.READ_DELIVERIES, queries.one)
def show(dispatch: Dispatch) -> Response:
    return _show(dispatch, forms.TryAgain(address=dispatch.address))


def _show(dispatch: Dispatch, form: forms.TryAgain, status: int = 200) -> Response:
    return page(
        "delivery/show.html",
        status,
        dispatch=dispatch,
        document=documents.by_id(dispatch.document_id),
        attempts=queries.attempts_of(dispatch.id),
        meaning=_(STATE_MEANINGS[dispatch.state]),
        form=form,
        rules=rules,
        OUTCOME_NAMES=OUTCOME_NAMES,
    )


@blueprint.post("/deliveries/<id:dispatch_id>/attempts")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def try_again(dispatch: Dispatch) -> Response:
    form = forms.TryAgain()
    if not form.validate():
        return _show(dispatch, form, 422)
    actions.try_again(dispatch, form.address.data, principal())
    answers.say("success", _("It is being sent to %(address)s again.", address=form.address.data))
    return answers.see_other("delivery.show", dispatch_id=dispatch.id)


@blueprint.post("/deliveries/<id:dispatch_id>/withdrawal")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def withdraw(dispatch: Dispatch) -> Response:
    actions.withdraw(dispatch, principal())
    answers.say("success", _("Withdrawn. It will not be sent."))
    return answers.see_other("delivery.show", dispatch_id=dispatch.id)
