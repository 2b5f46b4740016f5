"""The audit: the journal page by page, one line of it, and all of it as a table."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.audit import actions, formats, forms, queries
from app.audit.queries import Filters, Sealed
from app.audit.rules import ACTOR_NAMES, THING_NAMES, wanted
from app.core import clock, ids, languages, runtime
from app.core.languages import gettext as _
from app.organisations import actions as organisations
from app.organisations.models import Organisation
from app.organisations.queries import organisation_of
from app.web import answers, paging
from app.web.page import page

blueprint = Blueprint("audit", __name__, url_prefix="/settings/audit")

FILTERS = ("actor", "event", "thing", "named", "since", "until")
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9999, 12, 30)
"""Before and after, no id can have been made."""
SLICE = 1_000
"""Lines of a table that are read at once."""


@blueprint.get("")
@gate(Can.READ_AUDIT)
def index() -> Response:
    who = principal()
    form = forms.Filters(queries.names(who), request.args)
    cursor, back = paging.cursor()
    lines = queries.page(who, _filters(who, form), cursor, back=back, limit=paging.SIZE + 1)
    return page(
        "audit/list.html",
        form=form,
        listed=paging.paged(lines, lambda line: line[0].id),
        chips=_chips(form),
        labels=queries.labels(who, [entry for entry, _origin in lines]),
        things=THING_NAMES,
        table_url=url_for("audit.table", **_asked()),
    )


def _asked() -> dict[str, Any]:
    return {name: value for name in FILTERS if (value := request.args.get(name))}


def _filters(who: Principal, form: forms.Filters) -> Filters:
    form.validate()
    given = {name: form[name].data for name in FILTERS if name not in form.errors}
    since, until = given.get("since"), given.get("until")
    thing, called = given.get("thing") or None, given.get("named") or ""
    actor = given.get("actor") or None
    event = given.get("event") or ""
    return Filters(
        names=wanted(event, form.events) if event else None,
        actor=(queries.person_named(who, actor) or "nobody") if actor else None,
        thing=thing,
        things=queries.things_named(who, thing, called) if thing and called else (),
        first=_beginning_of(since) if since else None,
        end=_beginning_of(min(until, LAST_DAY) + timedelta(days=1)) if until else None,
    )


def _beginning_of(day: date) -> str:
    """Return the smallest id of a day on the organisation's calendar."""
    inside = min(max(day, FIRST_DAY), LAST_DAY)
    return ids.first_of(clock.midnight(inside, languages.timezone()))


def _chips(form: forms.Filters) -> list[tuple[str, str]]:
    shown = {name: text for name, text in _asked().items() if name not in form.errors}
    thing = shown.get("thing")
    if thing in THING_NAMES:
        shown["thing"] = _(THING_NAMES[thing])
    return [(text, paging.url_without(name)) for name, text in shown.items() if text]


@blueprint.get("/<id:entry_id>")
@gate(Can.READ_AUDIT, queries.one)
def show(found: Sealed) -> Response:
    entry, origin, seal = found
    return page(
        "audit/show.html",
        entry=entry,
        origin=origin,
        seal=seal,
        label=queries.labels(principal(), [entry]).get((entry.object_kind, entry.object_id)),
        things=THING_NAMES,
        actors=ACTOR_NAMES,
    )


@blueprint.post("/table")
@gate(Can.READ_AUDIT)
def table() -> Response:
    """Answer with the table itself: that it was taken is in the journal before the first byte goes."""
    who = principal()
    form = forms.Filters(queries.names(who), request.args)
    filters = _filters(who, form)
    actions.take_along(who, _asked())
    response = answers.download(b"", "text/csv; charset=utf-8", f"audit-{clock.today('UTC')}.csv")
    response.response = _table(who, filters)
    del response.headers["Content-Length"]
    return response


def _table(who: Principal, filters: Filters) -> Iterator[bytes]:
    """Yield the table in slices: each has a transaction of its own, none is open while bytes go out."""
    database = runtime.current().database

    def slices() -> Iterator[bytes]:
        yield formats.titles().encode()
        cursor: str | None = None
        while True:
            with database.reading():
                lines = queries.page(who, filters, cursor, back=False, limit=SLICE)
                seals = queries.seals(entry.id for entry, _origin in lines)
            yield "".join(formats.rows(lines, seals)).encode()
            if len(lines) < SLICE:
                return
            cursor = lines[-1][0].id

    return slices()


@blueprint.get("/retention")
@gate(Can.CHANGE_SETTINGS, organisation_of)
def retention(house: Organisation) -> Response:
    return page("audit/retention.html", form=forms.Retention(obj=house))


@blueprint.post("/retention")
@gate(Can.CHANGE_SETTINGS, organisation_of)
def change_retention(house: Organisation) -> Response:
    form = forms.Retention()
    if not form.validate():
        return page("audit/retention.html", 422, form=form)
    organisations.change_organisation(house, principal(), origin_days=form.origin_days.data)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("audit.index")
