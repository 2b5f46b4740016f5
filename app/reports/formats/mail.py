"""The mail of a report: text and HTML in its reader's language, with a chart that needs no pictures."""

from dataclasses import dataclass

from app.core import languages, rendering, text
from app.core.languages import gettext as _
from app.delivery.models import Dispatch
from app.delivery.rules import STATE_NAMES
from app.notices.rules import Written
from app.organisations.models import Organisation
from app.organisations.rules import CHANNEL_NAMES, ink_on, readable
from app.renditions.formats.wanted import House, Reader
from app.reports.formats import said
from app.reports.formats.paper import Problem, Sheet
from app.reports.models import Report, ReportRun
from app.reports.rules.counting import GROUP_NAMES, Figures, Group
from app.reports.rules.timing import Period

COLOURS = {
    Group.ARRIVED: "#2f6b3c",
    Group.SENT: "#17586b",
    Group.WAITING: "#c9c5bb",
    Group.PROBLEM: "#a3241d",
    Group.ENDED: "#8d8a83",
}


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who reads a report, and the address by which they end it."""

    name: str
    leave_url: str


def sheet(
    report: Report, run: ReportRun, problems: list[Dispatch], house: Organisation, language: str
) -> Sheet:
    """Return what a run says, in the words of a language."""
    with languages.speaking(language, house.country, house.timezone):
        return Sheet(
            title=report.name,
            about=said.about(report.channels, report.groups),
            period=Period(run.begins, run.ends),
            figures=Figures.from_json(run.figures),
            problems=tuple(problem(one, house.base_url) for one in problems),
            currency=house.currency,
            house=House(house.name, house.accent, house.country),
            reader=Reader(language, house.country, house.timezone),
            moment=run.finished_at or run.created_at,
        )


def problem(one: Dispatch, base_url: str) -> Problem:
    """Return a dispatch as it is named in the language spoken now; its page needs a login (B2-32)."""
    return Problem(
        number=one.number,
        name=one.name,
        address=one.address,
        channel=_(CHANNEL_NAMES[one.channel]),
        state=_(STATE_NAMES[one.state]),
        answer=one.answer,
        at=text.moment(one.changed_at),
        url=f"{base_url}/deliveries/{one.id}",
    )


def written(
    of: Sheet, report: Report, house: Organisation, to: Addressed, left_out: list[str]
) -> Written:
    """Return the whole mail; `left_out` names files that could not be enclosed."""
    accent = readable(house.accent, "#ffffff")
    reader = of.reader
    with languages.speaking(reader.language, reader.region, reader.timezone):
        lines = said.lines(of.figures)
        subject, plain, html = rendering.mail(
            "reports/report",
            subject=said.subject(of.title, of.figures),
            sheet=of,
            lines=lines,
            groups=said.shown_groups(lines),
            said=said,
            GROUP_NAMES=GROUP_NAMES,
            CHANNEL_NAMES=CHANNEL_NAMES,
            COLOURS=COLOURS,
            recipient=to.name,
            leave_url=to.leave_url,
            timing=said.timing(report.when),
            left_out=left_out,
            list_url=f"{house.base_url}/deliveries",
            figures_url=f"{house.base_url}/reports/figures",
            organisation=house,
            accent=accent,
            on_accent=ink_on(accent),
        )
    return Written(subject, plain, html)
