"""Dates, amounts and numbers as people of a country write them; filters of every template."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent, get_decimal_symbol

from app.core import languages
from app.core.money import Money, exponent

NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
"""Codes that CLDR names and ISO 3166-1 does not."""

BEGINS_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a program take a cell for a formula, full-width forms included (OWASP, CSV injection)."""


def money(value: Money) -> str:
    """Write an amount with its ISO 4217 code behind it: `1’284.50 CHF`."""
    digits = exponent(value.currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    amount = format_decimal(value.amount, format=pattern, locale=languages.locale())
    return f"{amount}\N{NO-BREAK SPACE}{value.currency}"


def number(value: int | Decimal) -> str:
    """Write a number with the grouping and the decimal sign of the country, exactly."""
    return format_decimal(value, locale=languages.locale(), decimal_quantization=False)


def decimal_sign() -> str:
    """Return what parts the decimals in the reader's country: a point or a comma."""
    return get_decimal_symbol(languages.locale())


def is_month_first() -> bool:
    """Say whether short days begin with the month in the reader's country, as in `11/3/26`."""
    pattern = str(languages.locale().date_formats["short"].pattern).lower()
    return 0 <= pattern.find("m") < pattern.find("d")


def percent(value: Decimal) -> str:
    """Write a rate given in percent (BT-119: 8.1 means 8.1 %)."""
    return format_percent(value / 100, locale=languages.locale(), decimal_quantization=False)


def day(value: date, width: str = "medium") -> str:
    """Write a calendar day."""
    return format_date(value, format=width, locale=languages.locale())


def day_of(value: datetime) -> str:
    """Write the day of a moment, by the calendar on the organisation's wall."""
    return day(value.astimezone(ZoneInfo(languages.timezone())).date())


def moment(value: datetime) -> str:
    """Write a moment as the clock on the organisation's wall showed it."""
    here = value.astimezone(ZoneInfo(languages.timezone()))
    day_text = format_date(here, format="medium", locale=languages.locale())
    clock_text = format_time(here, format="short", tzinfo=here.tzinfo, locale=languages.locale())
    return f"{day_text}, {clock_text}"


def duration(value: timedelta) -> str:
    """Write how long something takes, roughly: `3 minutes`."""
    return str(format_timedelta(value, threshold=1.5, locale=languages.locale()))


def country(code: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2); an unknown code as it is."""
    return str(languages.locale().territories.get(code.upper(), code))


def countries() -> dict[str, str]:
    """Return every country's code and name, by name."""
    names = {str(code): str(name) for code, name in languages.locale().territories.items()}
    found = {code: names[code] for code in names if len(code) == 2 and code not in NO_COUNTRIES}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def size(count: int) -> str:
    """Write a number of bytes in kB or MB, as file managers do."""
    if count < 1_000_000:
        return f"{number(max(1, round(count / 1000)))}\N{NO-BREAK SPACE}kB"
    return f"{number(Decimal(count // 100_000) / 10)}\N{NO-BREAK SPACE}MB"


def initials(name: str) -> str:
    """Return at most two capitals that stand for a name."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in words[:2]) or "K"


def harmless(value: str) -> str:
    """Return a text so that no spreadsheet takes it for a formula: with an apostrophe in front.

    Blanks before the sign are looked through, as some programs do. Numbers are no text: they stay.
    """
    first = value.lstrip(" \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\0")[:1]
    return f"'{value}" if value[:1] in BEGINS_FORMULA or first in BEGINS_FORMULA else value
