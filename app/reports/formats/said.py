"""What a report says, in the language spoken now: the same sentences on page, in mail and on paper."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_day_names

from app.core import languages, text
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.core.money import Money
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.reports.rules import MOST_COUNTED
from app.reports.rules.counting import GROUP_NAMES, Figures, Group, Line, by_channel
from app.reports.rules.timing import LAST_DAY, Interval, Period, When

FULL: Final = "█"
EMPTY: Final = "░"
WIDE: Final = 20
"""Characters of a bar in plain text."""


def timing(when: When) -> str:
    """Say when a report comes: `Every Monday at 07:00`."""
    if when.interval is Interval.AT_ONCE:
        return _("At once when there is a problem, at most every 15 minutes")
    at = format_time(time(*divmod(when.minute, 60)), "short", locale=languages.locale())
    if when.interval is Interval.DAILY:
        return _("Every day at %(time)s", time=at)
    if when.interval is Interval.WEEKLY:
        day = get_day_names("wide", locale=languages.locale())[when.weekday]
        return _("Every week on %(day)s at %(time)s", day=day, time=at)
    if when.month_day == LAST_DAY:
        return _("On the last day of every month at %(time)s", time=at)
    return _("On day %(day)s of every month at %(time)s", day=when.month_day, time=at)


def weekdays() -> list[tuple[str, str]]:
    """Return number and name of each day of the week, Monday first."""
    names = get_day_names("wide", locale=languages.locale())
    return [(str(place), names[place]) for place in range(7)]


def about(channels: Sequence[str], groups: Sequence[str]) -> str:
    """Say of which channels and states a report tells."""
    over = [_(CHANNEL_NAMES[Channel(one)]) for one in channels]
    states = [_(GROUP_NAMES[one]) for one in GROUP_NAMES if one.value in groups]
    return "; ".join((", ".join(over) or _("all channels"), ", ".join(states) or _("all states")))


def parts(*, has_pdf: bool, has_csv: bool) -> str:
    """Say in which forms a report comes."""
    files = [name for name, has in (("PDF", has_pdf), ("CSV", has_csv)) if has]
    return _("Mail") if not files else _("Mail with %(files)s", files=", ".join(files))


def period(covered: Period) -> str:
    """Say which period a run covers, on the organisation's clock."""
    begins, ends = text.moment(covered.begins), text.moment(covered.ends)
    return _("%(begins)s to %(ends)s", begins=begins, ends=ends)


def subject(name: str, found: Figures) -> str:
    """Return the subject of a mail."""
    if not found.problems:
        return _("%(report)s: no problems", report=name)
    problems = ngettext("%(num)d problem", "%(num)d problems", found.problems)
    return f"{name}: {problems}"


def summary(found: Figures) -> str:
    """Say in a sentence what a run found."""
    made = ngettext("%(num)d dispatch was made.", "%(num)d dispatches were made.", found.total)
    if not found.problems:
        return made + " " + _("There were no problems.")
    if found.problems >= MOST_COUNTED:
        count = text.number(MOST_COUNTED)
        return made + " " + _("There were more than %(count)s problems.", count=count)
    return (
        made
        + " "
        + ngettext("%(num)d came to be a problem.", "%(num)d came to be a problem.", found.problems)
    )


def lines(found: Figures) -> list[Line]:
    """Return the figures of each channel."""
    return by_channel(found.counts)


def rate(percent: Decimal | None) -> str:
    """Write a failure rate; a dash where there is none."""
    return "–" if percent is None else text.percent(percent)


def cost(minor: int, currency: str) -> str:
    """Write what dispatches cost; a dash where nothing did, or nobody knows."""
    return text.money(Money(minor, currency)) if minor else "–"


def share(line: Line, group: Group) -> int:
    """Return how many percent of a channel's dispatches stand in a group; never 0 where there are any."""
    count = line.groups[group]
    return max(1, round(100 * count / line.total)) if count else 0


def bar(line: Line) -> str:
    """Draw how much of a channel went well, in characters: what did not stays light."""
    total = line.total or 1
    bad = line.groups[Group.PROBLEM]
    light = min(WIDE, max(1, round(WIDE * bad / total))) if bad else 0
    return FULL * (WIDE - light) + EMPTY * light


def shown_groups(found: Sequence[Line]) -> list[Group]:
    """Return the groups that any channel has something in, in their order."""
    return [one for one in GROUP_NAMES if any(line.groups[one] for line in found)]


def day_and_hour(moment: datetime, timezone: str) -> str:
    """Write a moment for the name of a file: `2026-11-22T0700`."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H%M")


def pace(seconds: float) -> str:
    """Write how long deliveries take, roughly: `3 minutes`."""
    return text.duration(timedelta(seconds=round(seconds))) if seconds >= 1 else _("at once")
