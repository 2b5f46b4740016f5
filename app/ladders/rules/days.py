"""When a step is due: so many days later, on the morning of the organisation's clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from app.ladders.rules import Counting
from app.ladders.rules.steps import Step

MORNING: Final = time(8)
"""When steps are taken: a text message at night helps nobody."""
SATURDAY: Final = 5


def when(
    step: Step, since: datetime, timezone: str, country: str, subdivision: str = ""
) -> datetime:
    """Return the moment (UTC) at which a step is due that counts from `since`, an aware moment.

    Days are those of an IANA `timezone`; `country` (ISO 3166-1) and `subdivision` (the second part
    of ISO 3166-2) say which are public holidays. Where business days count, the day itself is one.
    """
    day = since.astimezone(ZoneInfo(timezone)).date()
    if step.counting is Counting.CALENDAR:
        day += timedelta(days=step.days)
    else:
        left = step.days
        while left > 0 or not is_business_day(day, country, subdivision):
            day += timedelta(days=1)
            left -= is_business_day(day, country, subdivision)
    return morning(day, timezone)


def morning(day: date, timezone: str) -> datetime:
    """Return the moment (UTC) of a day at which steps are taken."""
    return datetime.combine(day, MORNING, ZoneInfo(timezone)).astimezone(UTC)


def is_business_day(day: date, country: str, subdivision: str = "") -> bool:
    """Say whether people work on a day: not on weekends, nor on public holidays of the place."""
    return day.weekday() < SATURDAY and day not in _free(day.year, country, subdivision)


@lru_cache(maxsize=256)
def _free(year: int, country: str, subdivision: str) -> Mapping[date, str]:
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        return {}
    part = subdivision if subdivision in known[country] else None
    return dict(holidays.country_holidays(country, subdiv=part, years=year))


def subdivisions(country: str) -> list[str]:
    """Return the parts of a country that have holidays of their own, as ISO 3166-2 names them."""
    known = holidays.list_supported_countries(include_aliases=False)
    return sorted(known.get(country, ()))
