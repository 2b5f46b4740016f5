"""Taking documents along as a ZIP: look first, ask for it, watch it being made, download it."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.bundles import forms, queries, rules
from app.bundles.actions import asking
from app.bundles.models import Bundle
from app.bundles.rules import Pattern, State
from app.core import clock, languages
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.documents import forms as documents
from app.releases.forms import chosen as ticked
from app.web import answers, transaction
from app.web.page import page

blueprint = Blueprint("bundles", __name__)

MEDIA_TYPE = "application/zip"


@blueprint.get("/bundles/new")
@gate(Can.BUNDLE_DOCUMENTS)
def ask() -> Response:
    form = forms.Ask(MultiDict())
    form.query.data = documents.query_of(request.args)
    return _look(form, request.args, ticked(request.args.getlist("selected")))


@blueprint.post("/bundles")
@gate(Can.BUNDLE_DOCUMENTS)
def start() -> Response:
    form, who = forms.Ask(), principal()
    wanted = MultiDict(parse_qsl(form.query.data or ""))
    chosen = ticked(request.form.getlist("selected"))
    if not form.validate():
        return _look(form, wanted, chosen, 422)
    one = asking.ask(
        who,
        documents.wishes(who, wanted).filters,
        chosen,
        Pattern(form.pattern.data),
        with_internal=bool(form.internal.data),
    )
    return answers.see_other("bundles.show", bundle_id=one.id)


def _look(
    form: forms.Ask, given: MultiDict[str, str], chosen: list[str], status: int = 200
) -> Response:
    """Return the page that says what would be in the archive, and how large it may be."""
    who = principal()
    wanted = documents.wishes(who, given)
    forecast = queries.forecast(who, wanted.filters, chosen)
    return page(
        "bundles/ask.html",
        status,
        form=form,
        chosen=chosen,
        forecast=forecast,
        chips=[] if chosen else wanted.chips,
        years=[] if chosen else _years(given),
        rules=rules,
        is_too_much=forecast is not None
        and (forecast.documents > rules.MOST or forecast.size > rules.MOST_BYTES),
    )


def _years(given: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return this year and the last, each with the address of its documents."""
    now, kept = clock.today(languages.timezone()).year, parse_qsl(documents.query_of(given))
    return [
        (str(year), url_for("bundles.ask", **dict(kept) | _days_of(year)))  # type: ignore[arg-type]
        for year in (now, now - 1)
    ]


def _days_of(year: int) -> dict[str, str]:
    return {"since": f"{year}-01-01", "until": f"{year}-12-31"}


@blueprint.get("/bundles/<id:bundle_id>")
@gate(Can.BUNDLE_DOCUMENTS, queries.one)
def show(one: Bundle) -> Response:
    is_done = one.state is State.DONE
    return page(
        "bundles/show.html",
        bundle=one,
        progress=one.progress,
        left=one.progress.left(clock.now()),
        State=State,
        rules=rules,
        is_released=is_done and queries.is_released(principal(), one),
    )


@blueprint.get("/bundles/<id:bundle_id>/file")
@gate(Can.BUNDLE_DOCUMENTS, queries.one)
def file(one: Bundle) -> Response:
    who = principal()
    if one.state is not State.DONE:
        raise Missing
    if not queries.is_released(who, one):
        raise Refused(
            _("Some of these documents are not released to you any more. Ask for a new ZIP file.")
        )
    if request.method == "GET":
        transaction.afterwards(lambda: asking.note_download(one, who.actor))
    day = clock.today(languages.timezone()).isoformat()
    name = f"{_('Documents')} {day}.zip"
    return answers.stored(one.organisation_id, one.id, MEDIA_TYPE, name, one.size or 0)
