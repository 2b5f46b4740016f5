"""How many messages may go out, and when so few codes are used that somebody earns by them.

Whoever rents a range of numbers gets a share of what each message to it costs (OWASP ASVS 5.0,
6.6.3; "SMS pumping"). So each number, each range, each country and the house have a budget.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.sms.rules.numbers import Destination, Objection

PER_NUMBER_AND_HOUR: Final = 5
PER_NUMBER_AND_DAY: Final = 10
PER_RANGE_AND_DAY: Final = 30

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=2)
"""How long the count of a calendar day is kept: its name says which day it is."""
MONTH: Final = timedelta(days=33)

WATCHED: Final = 50
"""The newest codes to a country that are looked at."""
WATCHED_FOR: Final = timedelta(hours=24)
SETTLED_AFTER: Final = timedelta(minutes=10)
"""Younger codes may still be used."""
ENOUGH: Final = 20
"""Fewer codes say nothing."""
LEAST_USED: Final = 0.2


@dataclass(frozen=True, slots=True)
class Limits:
    """What an organisation allows itself, in messages and in the minor units of its currency."""

    per_day: int
    per_month: int
    per_country_and_day: int
    price_minor: int | None
    """What one part costs, rounded up; None: not known."""
    money_per_month: int | None


@dataclass(frozen=True, slots=True)
class Charge:
    """What one message takes out of one budget."""

    key: str
    amount: int
    limit: int
    window: timedelta
    objection: Objection


def day_key(organisation_id: str, day: date) -> str:
    """Return the name of the count of a day's messages."""
    return f"sms-day:{organisation_id}:{day}"


def month_key(organisation_id: str, day: date) -> str:
    """Return the name of the count of a month's messages."""
    return f"sms-month:{organisation_id}:{day:%Y-%m}"


def money_key(organisation_id: str, day: date) -> str:
    """Return the name of the count of a month's money."""
    return f"sms-money:{organisation_id}:{day:%Y-%m}"


def charges(
    organisation_id: str, to: Destination, day: date, parts: int, limits: Limits
) -> list[Charge]:
    """Return what a message takes out of which budgets, in the order that everybody takes them.

    The house comes first: who waits, waits there, and nobody in a circle.
    """
    house, country = Objection.BUDGET_OF_HOUSE, Objection.BUDGET_OF_COUNTRY
    number = f"{organisation_id}:{to.number}"
    per_country = f"sms-country:{organisation_id}:{to.country}:{day}"
    per_range = f"sms-range:{organisation_id}:{to.range}:{day}"
    found = [
        Charge(day_key(organisation_id, day), 1, limits.per_day, DAY, house),
        Charge(month_key(organisation_id, day), 1, limits.per_month, MONTH, house),
        Charge(per_country, 1, limits.per_country_and_day, DAY, country),
        Charge(per_range, 1, PER_RANGE_AND_DAY, DAY, Objection.BUDGET_OF_RANGE),
        Charge(f"sms-n-day:{number}:{day}", 1, PER_NUMBER_AND_DAY, DAY, Objection.BUDGET_OF_NUMBER),
        Charge(f"sms-n-hour:{number}", 1, PER_NUMBER_AND_HOUR, HOUR, Objection.BUDGET_OF_NUMBER),
    ]
    cost = cost_of(parts, limits.price_minor)
    if cost is not None and limits.money_per_month is not None:
        money = money_key(organisation_id, day)
        found.append(Charge(money, cost, limits.money_per_month, MONTH, house))
    return found


def cost_of(parts: int, price_minor: int | None) -> int | None:
    """Return what a message costs in minor units; None where nobody knows."""
    return None if price_minor is None else parts * price_minor


def is_pumped(codes: int, used: int) -> bool:
    """Say whether so few of the codes were used that no people can be behind them."""
    return codes >= ENOUGH and used < codes * LEAST_USED
