"""Reports: one's list, one of them with its history and a preview, making, changing; the figures."""

from datetime import date, timedelta
from typing import Any, cast

from flask import Blueprint, Response, g, request, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import clock
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations.models import Organisation
from app.reports import forms, rules
from app.reports.actions import keeping, running
from app.reports.formats import drawn, mail, said
from app.reports.models import Report
from app.reports.queries import days, figures, reports
from app.reports.rules import timing
from app.reports.rules.counting import GROUP_NAMES, Figures
from app.web import answers, paging
from app.web.page import page

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

PERIODS = (7, 30, 90)
"""Days that the figures may show."""
RUNS = 10
YEAR = timedelta(days=365)


def _house() -> Organisation:
    return cast(Organisation, g.organisation)


@blueprint.get("")
@gate(Can.READ_REPORTS)
def index() -> Response:
    found = reports.listed(principal(), rules.MOST_REPORTS)
    return page("reports/list.html", reports=found, said=said, rules=rules)


@blueprint.get("/new")
@gate(Can.MANAGE_REPORTS)
def new() -> Response:
    who = principal()
    return _form(forms.new(reports.eligible(who.organisation_id), who.id))


@blueprint.post("")
@gate(Can.MANAGE_REPORTS)
def create() -> Response:
    who = principal()
    form = forms.Configure(reports.eligible(who.organisation_id))
    if not form.validate():
        return _form(form, status=422)
    report = keeping.create(who, _house(), form.wish)
    answers.say("success", _("Saved. %(timing)s.", timing=said.timing(report.when)))
    return answers.see_other("reports.show", report_id=report.id)


def _form(form: forms.Configure, report: Report | None = None, status: int = 200) -> Response:
    return page("reports/edit.html", status, form=form, report=report)


@blueprint.get("/<id:report_id>")
@gate(Can.READ_REPORTS, reports.one)
def show(report: Report) -> Response:
    cursor, back = paging.cursor()
    rows = reports.runs(report.id, cursor, back=back, limit=RUNS + 1)
    listed = paging.paged(rows, lambda run: run.id, size=RUNS)
    return page(
        "reports/show.html",
        report=report,
        subscribers=reports.subscribers(report),
        listed=listed,
        letters=reports.letters([run.id for run in listed.rows]),
        Figures=Figures,
        Period=timing.Period,
        said=said,
        rules=rules,
        is_owner=report.owner_id == principal().id,
    )


@blueprint.get("/<id:report_id>/preview")
@gate(Can.READ_REPORTS, reports.one)
def preview(report: Report) -> Response:
    house = _house()
    period = timing.latest(report.when, house.timezone, clock.now())
    found = figures.nearly(running.scope_of(report), period, house.timezone)
    lines = said.lines(found)
    named = figures.named(report.organisation_id, found.named)
    return page(
        "reports/preview.html",
        report=report,
        period=period,
        found=found,
        lines=lines,
        groups=said.shown_groups(lines),
        points=drawn.standing(lines),
        TONES=drawn.TONES,
        problems=[mail.problem(one, "") for one in named],
        said=said,
        GROUP_NAMES=GROUP_NAMES,
        currency=house.currency,
    )


@blueprint.get("/<id:report_id>/edit")
@gate(Can.MANAGE_REPORTS, reports.one)
def edit(report: Report) -> Response:
    people = reports.eligible(report.organisation_id)
    chosen = (one for one in reports.subscribers(report) if one.recipient.left_at is None)
    return _form(forms.of(report, people, [one.person.id for one in chosen]), report)


@blueprint.post("/<id:report_id>")
@gate(Can.MANAGE_REPORTS, reports.one)
def change(report: Report) -> Response:
    form = forms.Configure(reports.eligible(report.organisation_id))
    if not form.validate():
        return _form(form, report, 422)
    keeping.change(report, principal(), _house(), form.wish)
    answers.say("success", _("Saved. %(timing)s.", timing=said.timing(report.when)))
    return answers.see_other("reports.show", report_id=report.id)


@blueprint.get("/<id:report_id>/removal")
@gate(Can.MANAGE_REPORTS, reports.one)
def ask_removal(report: Report) -> Response:
    return page("reports/removal.html", report=report)


@blueprint.post("/<id:report_id>/removal")
@gate(Can.MANAGE_REPORTS, reports.one)
def remove(report: Report) -> Response:
    keeping.remove(report, principal())
    answers.say("success", _("Deleted. Nobody gets “%(name)s” any more.", name=report.name))
    return answers.see_other("reports.index")


@blueprint.post("/<id:report_id>/runs")
@gate(Can.MANAGE_REPORTS, reports.one)
def send_now(report: Report) -> Response:
    try:
        keeping.send_now(report, principal(), _house())
    except Refused as refusal:
        answers.say("warning", refusal.sentence)
    else:
        answers.say("success", _("It is on its way to everybody on the list."))
    return answers.see_other("reports.show", report_id=report.id)


@blueprint.get("/figures")
@gate(Can.READ_DELIVERIES)
def dashboard() -> Response:
    house = _house()
    length = _length()
    today = clock.today(house.timezone)
    since = today - timedelta(days=length - 1)
    found = days.lately(house.id, since)
    shown = [since + timedelta(days=place) for place in range(length)]
    return page(
        "reports/figures.html",
        length=length,
        periods=[(one, url_for("reports.dashboard", days=one)) for one in PERIODS],
        counted_until=days.counted_until(house.id),
        said=said,
        currency=house.currency,
        say_cost=lambda minor: said.cost(minor, house.currency),
        TONES=drawn.TONES,
        **_charts(house, found, shown, today),
    )


def _length() -> int:
    asked = request.args.get("days", "")
    return next((one for one in PERIODS if asked == str(one)), PERIODS[1])


def _charts(
    house: Organisation, found: days.Lately, shown: list[date], today: date
) -> dict[str, Any]:
    year_ago = (today - YEAR).replace(day=1)
    return {
        "channels": drawn.of_channels(found.days, shown),
        "rates": drawn.rates(found.days, shown),
        "paces": drawn.paces(found.paces),
        "costs": drawn.costs(days.costs(house.id, year_ago)),
    }
