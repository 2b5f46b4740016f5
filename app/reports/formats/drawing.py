"""The inside of drawing a report: what a cell does. Nobody else imports this."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reportlab.lib.units import mm

from app.core import languages, text
from app.core.cells import Answer
from app.core.languages import gettext as _
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.party import Party
from app.organisations.rules import CHANNEL_NAMES
from app.renditions.formats import archive
from app.renditions.formats.archive import Label
from app.renditions.formats.pdf import UndrawableError, letterhead, sheet, table
from app.renditions.formats.pdf.fonts import BOLD
from app.renditions.formats.pdf.sheet import BODY, LEADING, LEFT, MUTED, ROOM, Page, Pen
from app.renditions.formats.pdf.table import Column, Row, Table
from app.reports.formats import said
from app.reports.formats.paper import Problem, Sheet, unpacked
from app.reports.rules.counting import GROUP_NAMES, Group, Line

BAR: Final = 3.2 * mm
"""Height of a bar of the chart."""
NAMES: Final = 48 * mm
NUMBERS: Final = 30 * mm
COLOURS: Final = {
    Group.ARRIVED: "#2f6b3c",
    Group.SENT: "#17586b",
    Group.WAITING: "#c9c5bb",
    Group.PROBLEM: "#a3241d",
    Group.ENDED: "#8d8a83",
}


def draw(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    """Draw a report in its reader's language; the answer names letters that the fonts lack."""
    report = unpacked(arguments)
    reader = report.reader
    with languages.speaking(reader.language, reader.region, reader.timezone):
        try:
            made = sheet.printed(_laid_out(report), report.title, languages.current())
        except UndrawableError as error:
            return Answer({"lacks": str(error)})
        language = str(languages.locale()).replace("_", "-")
    label = Label(report.title, report.house.name, language, report.moment)
    return Answer({}, (archive.plain(made, label),))


def _laid_out(report: Sheet) -> list[Page]:
    # The letterhead asks a document for who writes, and for nothing else.
    house = EInvoice(seller=Party(name=report.house.name))
    pen = Pen(report.house, letterhead.TEXT_TOP)
    letterhead.head(pen, house)
    pen.y = sheet.NEXT_TOP - 4 * mm
    pen.paragraph(report.title, font=BOLD, size=15, colour=report.house.colour)
    pen.y -= 1 * mm
    pen.paragraph(said.period(report.period), colour=MUTED)
    pen.paragraph(report.about, colour=MUTED)
    pen.y -= BODY
    pen.paragraph(said.summary(report.figures), size=10.5)
    pen.y -= BODY
    lines = said.lines(report.figures)
    if lines:
        _figures(pen, report, lines)
        _chart(pen, lines)
    _problems(pen, report)
    letterhead.feet(pen, house, report.title)
    return pen.pages


def _figures(pen: Pen, report: Sheet, lines: list[Line]) -> None:
    pen.heading(_("Figures"), below=4 * BODY * LEADING)
    pen.y -= 0.4 * BODY
    groups = said.shown_groups(lines)
    width = (ROOM - NAMES) / (len(groups) + 3)
    numbers = [
        _("Dispatches"),
        *(_(GROUP_NAMES[one]) for one in groups),
        _("Failure rate"),
        _("Cost"),
    ]
    columns = (
        Column(_("Channel"), NAMES),
        *(Column(one, width, is_number=True) for one in numbers),
    )
    rows = (Row(_cells(line, groups, report.currency)) for line in lines)
    table.draw(pen, Table(columns), rows)
    pen.y -= BODY * LEADING


def _cells(line: Line, groups: list[Group], currency: str) -> tuple[str, ...]:
    counts = (text.number(line.groups[one]) for one in groups)
    name, total = _(CHANNEL_NAMES[line.channel]), text.number(line.total)
    return name, total, *counts, said.rate(line.failure_rate), said.cost(line.cost, currency)


def _chart(pen: Pen, lines: list[Line]) -> None:
    """Draw a bar for each channel: how its dispatches stand, with the words and numbers beside."""
    pen.heading(_("How they stand"), below=2 * len(lines) * BODY * LEADING)
    for line in lines:
        pen.need(3 * BODY * LEADING)
        pen.y -= 0.5 * BODY
        pen.say(LEFT, _(CHANNEL_NAMES[line.channel]))
        _bar(pen, line)
        pen.y -= BODY * LEADING
        shown = (one for one in GROUP_NAMES if line.groups[one])
        words = (f"{_(GROUP_NAMES[one])} {text.number(line.groups[one])}" for one in shown)
        pen.paragraph(" · ".join(words), x=LEFT + NAMES, room=ROOM - NAMES, colour=MUTED)
    pen.y -= BODY * LEADING


def _bar(pen: Pen, line: Line) -> None:
    left, height = LEFT + NAMES, pen.y + 0.3 * BODY
    for group in GROUP_NAMES:
        wide = (ROOM - NAMES) * line.groups[group] / line.total
        if wide:
            pen.rule(height, left=left, right=left + wide, thick=BAR, colour=COLOURS[group])
        left += wide


def _problems(pen: Pen, report: Sheet) -> None:
    if not report.problems:
        return
    pen.heading(_("Problems"), below=4 * BODY * LEADING)
    pen.y -= 0.4 * BODY
    since, number, channel = 31 * mm, 30 * mm, 27 * mm
    state = 27 * mm
    who = ROOM - since - number - channel - state
    columns = (
        Column(_("Changed"), since),
        Column(_("Document"), number),
        Column(_("Recipient"), who),
        Column(_("Channel"), channel),
        Column(_("State"), state),
    )
    table.draw(pen, Table(columns, 2), _problem_rows(report.problems))
    more = report.figures.problems - len(report.problems)
    if more > 0:
        pen.y -= 0.6 * BODY
        pen.paragraph(
            _("The newest %(count)s are listed.", count=len(report.problems)), colour=MUTED
        )


def _problem_rows(problems: tuple[Problem, ...]) -> Iterator[Row]:
    for one in problems:
        remarks = tuple(filter(None, (one.address, one.answer)))
        yield Row((one.at, one.number, one.name, one.channel, one.state), remarks)
