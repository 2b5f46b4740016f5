"""What the sheet of a report says, and how it travels into a cell."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.renditions.formats.wanted import House, Reader
from app.reports.rules.counting import Figures
from app.reports.rules.timing import Period


@dataclass(frozen=True, slots=True)
class Problem:
    """One dispatch that went wrong, as it is named: words of its reader."""

    number: str
    name: str
    address: str
    channel: str
    state: str
    answer: str
    at: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report: what it is called, what it found, from whom, in which language."""

    title: str
    about: str
    period: Period
    figures: Figures
    problems: tuple[Problem, ...]
    currency: str
    house: House
    reader: Reader
    moment: datetime
    """When it was made."""


def packed(sheet: Sheet) -> dict[str, Any]:
    """Return a report as plain values, as a cell takes it."""
    return {
        "title": sheet.title,
        "about": sheet.about,
        "period": [sheet.period.begins.isoformat(), sheet.period.ends.isoformat()],
        "figures": sheet.figures.to_json(),
        "problems": [asdict(one) for one in sheet.problems],
        "currency": sheet.currency,
        "house": asdict(sheet.house),
        "reader": asdict(sheet.reader),
        "moment": sheet.moment.isoformat(),
    }


def unpacked(arguments: Mapping[str, Any]) -> Sheet:
    """Return the report that `packed` wrote."""
    begins, ends = (datetime.fromisoformat(one) for one in arguments["period"])
    return Sheet(
        title=str(arguments["title"]),
        about=str(arguments["about"]),
        period=Period(begins, ends),
        figures=Figures.from_json(arguments["figures"]),
        problems=tuple(Problem(**one) for one in arguments["problems"]),
        currency=str(arguments["currency"]),
        house=House(**arguments["house"]),
        reader=Reader(**arguments["reader"]),
        moment=datetime.fromisoformat(arguments["moment"]),
    )
