"""Sentences about reminders."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.core import text
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.core.money import Money
from app.dunning.models import ReminderSettings
from app.dunning.rules import OBSTACLE_NAMES, Mode, Obstacle

Forecast = Sequence[tuple[int, int, list[Money]]]
"""Level, number of invoices, their sums."""


def reminders_sentence(
    settings: ReminderSettings | None, forecast: Forecast, most: int, day: date, today: date
) -> str:
    """Say how much is due, and who decides about it; `most` where no more were looked at, else 0."""
    if settings is None or not settings.is_on:
        return _("Kontor makes no reminders here.")
    count = sum(one[1] for one in forecast)
    due = _due(count, most)
    if day != today:
        return _("%(due)s on %(day)s, as things stand.", due=due, day=text.day(day))
    if settings.mode is Mode.MAKE:
        return _(
            "%(due)s. Kontor makes them every day at %(hour)s:00.", due=due, hour=settings.hour
        )
    return _("%(due)s. Nothing goes out before somebody has it made.", due=due)


def _due(count: int, most: int) -> str:
    if most:
        return _("More than %(count)s invoices may be due for a reminder", count=text.number(most))
    if not count:
        return _("No invoice is due for a reminder")
    return ngettext(
        "%(num)d invoice is due for a reminder", "%(num)d invoices are due for a reminder", count
    )


def reminders_spared(spared: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return what kept invoices from being reminded of, and how many."""
    return [
        (_(OBSTACLE_NAMES[Obstacle(name)]), text.number(count))
        for name, count in sorted(spared.items())
    ]
