"""What became of every dispatch, for staff: groups, queues of work, and what can be done about one."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Response, request, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core.languages import gettext as _
from app.core.languages import timezone
from app.delivery import actions, forms, queries
from app.delivery.actions import releasing
from app.delivery.models import Dispatch
from app.delivery.queries import channels, working
from app.delivery.rules import RESPONSE_NAMES, STATE_NAMES, State
from app.delivery.rules import Response as Answer
from app.delivery.rules.tabs import TAB_NAMES, Tab
from app.delivery.views import blueprint, returns, showing
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.web import answers, paging
from app.web.page import page

Word = TypeVar("Word", bound=StrEnum)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 30)
"""A filter may ask for any day; beyond these there is no midnight in every time zone."""


@blueprint.get("/deliveries")
@gate(Can.READ_DELIVERIES)
def index() -> Response:
    who, form, tab = principal(), forms.Filters(request.args), _tab()
    filters = filters_of(form)
    cursor, back = paging.cursor()
    rows = working.page(who, tab, filters, cursor, back=back, limit=paging.SIZE + 1)
    down = channels.health_of(who.organisation_id or "")
    return page(
        "delivery/list.html",
        form=form,
        tab=tab,
        tabs=_tabs(tab),
        RESPONSE_NAMES=RESPONSE_NAMES,
        asked={name: value for name, value in request.args.items() if name in NARROWS and value},
        is_queue=working.is_queue(tab),
        listed=paging.paged(rows, lambda row: row.id),
        chips=chips_of(form, filters),
        down=down,
        waiting=channels.waiting_for(who.organisation_id or "", list(down)),
        **returns.paused(who.organisation_id),
    )


def _tab() -> Tab:
    """Return the group that the address asks for."""
    asked = request.args.get("tab", "")
    return Tab(asked) if asked in set(Tab) else Tab.ALL


def _tabs(shown: Tab) -> list[tuple[Tab, str, working.Count | None, str]]:
    """Return every group: its word, how many there are, its address."""
    counts = working.counts(principal())
    return [
        (tab, _(name), counts.get(tab), paging.url_with(tab=tab.value, after=None, before=None))
        for tab, name in TAB_NAMES.items()
        if counts.get(tab, None) is None or counts[tab].number or tab is shown or tab in ALWAYS
    ]


NARROWS = frozenset({"channel", "recipient", "number", "since", "until"})
"""Filters that a release of what is held takes along."""
ALWAYS = frozenset({Tab.ERRORS, Tab.UNCONFIRMED})
"""Queues of work are shown also where they are empty: that is good to know."""


def filters_of(form: forms.Filters) -> queries.Filters:
    """Return what was typed, without what is no filter."""
    form.validate()
    wrong = set(form.errors)
    day = timedelta(days=1)
    since = None if "since" in wrong else form.since.data
    until = None if "until" in wrong else form.until.data
    return queries.Filters(
        channel=_chosen(form, "channel", Channel),
        state=_chosen(form, "state", State),
        response=_chosen(form, "response", Answer),
        is_test=form.test.data,
        since=_midnight(since) if since else None,
        until=_midnight(min(until, LAST_DAY) + day) if until else None,
        recipient="" if "recipient" in wrong else form.recipient.data or "",
        number="" if "number" in wrong else form.number.data or "",
    )


def _chosen(form: forms.Filters, name: str, words: type[Word]) -> Word | None:
    """Return what was chosen; None where nothing was, or what there is not."""
    return words(form[name].data) if form[name].data and name not in form.errors else None


def _midnight(day: date) -> datetime:
    """Return when a day begins on the organisation's clock."""
    inside = min(max(day, FIRST_DAY), LAST_DAY)
    return datetime.combine(inside, time(), ZoneInfo(timezone()))


def chips_of(form: forms.Filters, filters: queries.Filters) -> list[tuple[str, str]]:
    """Return every filter in words, with the address of the list without it."""
    shown = {
        "recipient": filters.recipient,
        "number": filters.number,
        "channel": _(CHANNEL_NAMES[filters.channel]) if filters.channel else "",
        "state": _(STATE_NAMES[filters.state]) if filters.state else "",
        "response": _(RESPONSE_NAMES[filters.response]) if filters.response else "",
        "test": _("Tests") if filters.is_test else "",
        "since": form.since.raw_data[0] if filters.since and form.since.raw_data else "",
        "until": form.until.raw_data[0] if filters.until and form.until.raw_data else "",
    }
    return [(text, paging.url_without(name)) for name, text in shown.items() if text]


@blueprint.get("/deliveries/<id:dispatch_id>")
@gate(Can.READ_DELIVERIES, queries.one)
def show(dispatch: Dispatch) -> Response:
    return showing.show(dispatch, forms.TryAgain(address=dispatch.address))


@blueprint.post("/deliveries/<id:dispatch_id>/attempts")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def try_again(dispatch: Dispatch) -> Response:
    form = forms.TryAgain()
    is_mail = dispatch.channel is Channel.EMAIL
    if is_mail and not form.validate():
        return showing.show(dispatch, form, 422)
    address = form.address.data if is_mail else dispatch.address
    actions.try_again(dispatch, address, principal())
    answers.say("success", _("It is being sent to %(address)s again.", address=address))
    return answers.see_other("delivery.show", dispatch_id=dispatch.id)


@blueprint.post("/deliveries/<id:dispatch_id>/withdrawal")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def withdraw(dispatch: Dispatch) -> Response:
    actions.withdraw(dispatch, principal())
    answers.say("success", _("Withdrawn. It will not be sent."))
    return answers.see_other("delivery.show", dispatch_id=dispatch.id)


@blueprint.post("/deliveries/<id:dispatch_id>/release")
@gate(Can.RELEASE_DELIVERIES, queries.one)
def release(dispatch: Dispatch) -> Response:
    if releasing.release(dispatch, principal()):
        answers.say("success", _("Released. It goes out now."))
    else:
        answers.say("success", _("It was released already."))
    return answers.see_other("delivery.show", dispatch_id=dispatch.id)


@blueprint.post("/deliveries/<id:dispatch_id>/tick")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def tick(dispatch: Dispatch) -> Response:
    """Tick a dispatch off, or put it back into its queue of work (B2-16)."""
    is_done = request.form.get("done") == "yes"
    if is_done:
        releasing.tick_off(dispatch, principal())
        answers.say("success", _("Done: %(number)s.", number=dispatch.number))
    else:
        releasing.put_back(dispatch, principal())
        answers.say("success", _("Back in the queue: %(number)s.", number=dispatch.number))
    back = url_for("delivery.show", dispatch_id=dispatch.id)
    return answers.go_to(answers.local_path(request.args.get("next"), back))
