"""What the charts of the figures show: points with labels in the language spoken now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_skeleton

from app.core import languages
from app.core.languages import gettext as _
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.reports.rules import pace
from app.reports.rules.counting import Count, Group, Line, by_channel, failure_rate

Days = Mapping[tuple[date, Channel], Sequence[Count]]
Point = tuple[Any, ...]

DRAWN = (Group.ARRIVED, Group.SENT, Group.PROBLEM, Group.WAITING)
"""Pieces of a bar; what was withdrawn went nowhere."""
TONES = ("good", "accent", "failed", "waiting")
MEDIAN, NEARLY_ALL = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Drawn:
    """One channel: its sums, and a point for each day."""

    line: Line
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Costs:
    """What was spent: a row for each month, a column for each channel, minor units."""

    channels: list[Channel]
    rows: list[tuple[str, list[int], int]]

    @property
    def points(self) -> list[Point]:
        """Month and sum, for the chart."""
        return [(label, total) for label, _each, total in self.rows]


def of_channels(found: Days, shown: Sequence[date]) -> list[Drawn]:
    """Return for each channel how its dispatches of each day stand."""
    lines = by_channel(one for counts in found.values() for one in counts)
    return [
        Drawn(line, [_point(day, found.get((day, line.channel), ())) for day in shown])
        for line in lines
    ]


def standing(lines: Sequence[Line]) -> list[Point]:
    """Return a point for each channel: how its dispatches stand."""
    return [
        (_(CHANNEL_NAMES[line.channel]), *(line.groups[group] for group in DRAWN)) for line in lines
    ]


def _point(day: date, counts: Sequence[Count]) -> Point:
    sums = dict.fromkeys(Group, 0)
    for one in counts:
        sums[one.group] += one.count
    return _label(day), *(sums[group] for group in DRAWN)


def rates(found: Days, shown: Sequence[date]) -> list[Point]:
    """Return how many percent of each day's dispatches, over all channels, are a problem."""
    sums = {day: dict.fromkeys(Group, 0) for day in shown}
    for (day, _channel), counts in found.items():
        for one in counts:
            sums.setdefault(day, dict.fromkeys(Group, 0))[one.group] += one.count
    return [(_label(day), failure_rate(sums[day]) or Decimal(0)) for day in shown]


def paces(found: Mapping[Channel, Mapping[int, int]]) -> list[tuple[str, float, float]]:
    """Return for each channel the seconds within which half, and nine of ten, were there."""
    rows = []
    for channel in Channel:
        half = pace.quantile(found.get(channel, {}), MEDIAN)
        most = pace.quantile(found.get(channel, {}), NEARLY_ALL)
        if half is not None and most is not None:
            rows.append((_(CHANNEL_NAMES[channel]), half, most))
    return rows


def costs(found: Sequence[tuple[int, int, Channel, int]]) -> Costs:
    """Return what each channel cost in each month."""
    channels = [one for one in Channel if any(row[2] is one for row in found)]
    months: dict[tuple[int, int], dict[Channel, int]] = {}
    for year, month, channel, cost in found:
        months.setdefault((year, month), {})[channel] = cost
    rows = [
        (_month(*month), [spent.get(one, 0) for one in channels], sum(spent.values()))
        for month, spent in months.items()
    ]
    return Costs(channels, rows)


def _label(day: date) -> str:
    return str(format_skeleton("Md", day, locale=languages.locale()))


def _month(year: int, month: int) -> str:
    return str(format_skeleton("yMMM", date(year, month, 1), locale=languages.locale()))
