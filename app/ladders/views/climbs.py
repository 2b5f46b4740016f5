"""Climbs: the countdown of one delivery, its buttons, and what is due on a day."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, ids
from app.core.languages import gettext as _
from app.core.money import Money
from app.delivery import queries as deliveries
from app.delivery.models import Dispatch
from app.delivery.queries import channels
from app.ladders import queries, rules
from app.ladders.actions import climbing
from app.ladders.formats import wording
from app.ladders.models import Climb
from app.ladders.rules import Deed
from app.ladders.views import blueprint
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.sms import queries as sms
from app.web import answers, paging
from app.web.page import page

LONGEST: Final = timedelta(days=366)


@blueprint.get("/deliveries/<id:dispatch_id>/ladder")
@gate(Can.READ_DELIVERIES, deliveries.one)
def show(dispatch: Dispatch) -> Response:
    """Show the countdown of what was sent, and the history of its steps."""
    found = queries.beside(dispatch.document_id, dispatch.recipient_id)
    return page(
        "ladders/show.html",
        dispatch=dispatch,
        climbs=found,
        dispatches=deliveries.of_document(dispatch.document_id),
        house=organisations.organisation_by_id(dispatch.organisation_id),
    )


@blueprint.post("/ladders/climbs/<id:climb_id>/end")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def stop(climb: Climb) -> Response:
    climbing.stop(climb, principal())
    answers.say("success", _("Stopped. No further step is taken."))
    return _back(climb)


@blueprint.post("/ladders/climbs/<id:climb_id>/steps")
@gate(Can.CHANGE_DELIVERIES, queries.one)
def take(climb: Climb) -> Response:
    typed = request.form.get("position", "")
    position = int(typed) if re.fullmatch(r"[0-9]{1,2}", typed) else -1
    climbing.take_now(climb, position, principal())
    answers.say("success", _("The step is done. What became of it stands here."))
    return _back(climb)


def _back(climb: Climb) -> Response:
    return answers.see_other("ladders.show", dispatch_id=climb.dispatch_id)


@blueprint.get("/ladders")
@gate(Can.READ_DELIVERIES, organisations.organisation_of)
def index(house: Organisation) -> Response:
    """Show which steps a day brings, as things stand; nothing is changed by it."""
    today = clock.today(house.timezone)
    day = _day(today)
    # What is overdue falls to today: the next look takes it.
    since = None if day == today else clock.midnight(day, house.timezone)
    until = clock.midnight(day + timedelta(days=1), house.timezone)
    cursor, back = paging.cursor()
    place, most = _place(cursor), paging.SIZE + 1
    rows = queries.page(house.id, since, until, place, back=back, limit=most)
    return page(
        "ladders/list.html",
        day=day,
        today=today,
        last_day=today + LONGEST,
        listed=paging.paged(rows, lambda row: _cursor(row[0])),
        names=rules,
        enough=queries.ENOUGH,
        **_forecast(house, since, until),
    )


def _forecast(house: Organisation, since: datetime | None, until: datetime) -> dict[str, Any]:
    """Return how many steps of each sort there are, and what they will cost."""
    counts = queries.counts(house.id, since, until)
    known = channels.settings_of(house.id)
    texting = sms.settings_of(house.id)
    prices: dict[Deed, int | None] = dict.fromkeys(Deed)
    if texting is not None and texting.price_minor is not None:
        prices[Deed.TEXT] = texting.price_minor * wording.usual_parts(house)
    for deed in Deed:
        if deed.channel is not None and deed.channel in known:
            prices[deed] = known[deed.channel].cost_minor
    costs = {deed: prices[deed] for deed in counts}
    forecast = [(deed, count, _sum(costs[deed], count, house)) for deed, count in counts.items()]
    known_costs = [cost for _deed, _count, cost in forecast if cost is not None]
    total = sum(one.minor for one in known_costs)
    return {
        "forecast": forecast,
        "count": sum(counts.values()),
        "total": Money(total, house.currency) if known_costs else None,
    }


def _sum(price: int | None, count: int, house: Organisation) -> Money | None:
    return None if price is None else Money(price * count, house.currency)


def _day(today: date) -> date:
    """Return the day that is asked about: today, or one of the year to come."""
    try:
        asked = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + LONGEST)


def _cursor(climb: Climb) -> str:
    assert climb.due_at is not None
    return f"{climb.due_at.isoformat()}~{climb.id}"


def _place(cursor: str | None) -> queries.Place | None:
    """Read a place in the order of the list; None for one that nobody of ours wrote."""
    moment, _tilde, climb_id = (cursor or "").partition("~")
    if not re.fullmatch(ids.PATTERN, climb_id):
        return None
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (found, climb_id) if found.tzinfo else None
