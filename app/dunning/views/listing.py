"""What is due for a reminder, and what is paused; having reminders made."""

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any, Final

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock, ids
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.core.money import Money
from app.documents import queries as documents
from app.documents.models import Document
from app.dunning import queries
from app.dunning.actions import noting, running
from app.dunning.models import ReminderSettings
from app.dunning.queries import Standing
from app.dunning.views import blueprint
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.web import answers, paging
from app.web.page import page

FORECAST: Final = 200
"""Invoices that a dry run adds up; a run looks at all."""
LONGEST: Final = timedelta(days=366)
"""How far ahead a dry run looks."""


@blueprint.get("/reminders")
@gate(Can.SEE_DESK, organisations.organisation_of)
def index(house: Organisation) -> Response:
    of, today = queries.settings_of(house.id), clock.today(house.timezone)
    day = _day(today)
    cursor, back = paging.cursor()
    found = (
        queries.due(of, day, running.place(cursor), limit=paging.SIZE + 1, back=back) if of else []
    )
    return page(
        "dunning/list.html",
        settings=of,
        day=day,
        today=today,
        listed=paging.paged(found, lambda one: running.cursor(queries.place_of(one))),
        verdict=(lambda one: one.verdict(of, day)) if of else None,
        **_forecast(of, day),
        run=queries.last_run(house.id),
        key=ids.new(),
        last_day=today + LONGEST,
    )


def _day(today: date) -> date:
    """Return the day that is asked about: today, or one of the year to come."""
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + LONGEST)


def _forecast(of: ReminderSettings | None, day: date) -> dict[str, Any]:
    """Return level, number of invoices and their sums, of the first; and whether there are more."""
    if of is None:
        return {"forecast": [], "looked_at": 0}
    found = queries.due(of, day, limit=FORECAST + 1)
    counts: Counter[int] = Counter()
    sums: Counter[tuple[int, str]] = Counter()
    for one in found[:FORECAST]:
        level = one.verdict(of, day).level
        if level is not None:
            counts[level.number] += 1
            sums[level.number, one.document.currency or ""] += one.document.open_minor or 0
    forecast = [
        (number, count, [Money(minor, code) for (at, code), minor in sums.items() if at == number])
        for number, count in sorted(counts.items())
    ]
    return {"forecast": forecast, "looked_at": FORECAST if len(found) > FORECAST else 0}


@blueprint.get("/reminders/paused")
@gate(Can.SEE_DESK, organisations.organisation_of)
def paused(house: Organisation) -> Response:
    cursor, back = paging.cursor()
    today = clock.today(house.timezone)
    rows = queries.paused(house.id, today, cursor, back=back, limit=paging.SIZE + 1)
    return page("dunning/paused.html", listed=paging.paged(rows, lambda row: row[0].id))


@blueprint.post("/reminders")
@gate(Can.REMIND, organisations.organisation_of)
def make(house: Organisation) -> Response:
    chosen = [one for one in request.form.getlist("selected") if re.fullmatch(ids.PATTERN, one)]
    if not chosen:
        raise Refused(_("Choose at least one invoice. Nothing was changed."))
    count = running.order_chosen(house, principal(), chosen[:100])
    answers.say(
        "success",
        ngettext(
            "%(num)d reminder is being made. It goes out like every document.",
            "%(num)d reminders are being made. They go out like every document.",
            count,
        ),
    )
    return answers.see_other("dunning.index")


@blueprint.post("/reminders/runs")
@gate(Can.REMIND, organisations.organisation_of)
def run(house: Organisation) -> Response:
    key = request.form.get("key", "")
    if not re.fullmatch(ids.PATTERN, key):
        raise Refused(_("Open the list anew. Nothing was changed."))
    running.start(house, principal(), key)
    answers.say("success", _("All that is due today is being made."))
    return answers.see_other("dunning.index")


@blueprint.post("/documents/<id:document_id>/reminders/repetition")
@gate(Can.REMIND, documents.one)
def again(document: Document) -> Response:
    found: list[Standing] = queries.of_documents([document.id], document.organisation_id)
    if not found or not noting.again(found[0], principal().actor):
        raise Refused(_("The last reminder was not taken back. Nothing was changed."))
    answers.say("success", _("It is due again, on the level before."))
    return answers.see_other("dunning.index")
