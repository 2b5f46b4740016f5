from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.core import languages, text
from app.core.money import Money

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "country", "shown"),
    [
        ("de", "CH", f"1’284.50{SPACE}CHF"),
        ("de", "DE", f"1.284,50{SPACE}CHF"),
        ("sv", "SE", f"1{SPACE}284,50{SPACE}CHF"),
        ("nb", "NO", f"1{SPACE}284,50{SPACE}CHF"),
        ("en", "CH", f"1’284.50{SPACE}CHF"),
        ("en", "GB", f"1,284.50{SPACE}CHF"),
    ],
)
def test_amounts_are_written_as_the_country_does(language: str, country: str, shown: str) -> None:
    with languages.speaking(language, country):
        written = text.money(Money(128450, "CHF"))
    assert written.replace("\N{NARROW NO-BREAK SPACE}", SPACE) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money(1234, "JPY"), f"1,234{SPACE}JPY"),
        (Money(1234, "KWD"), f"1.234{SPACE}KWD"),
        (Money(-5, "EUR"), f"-0.05{SPACE}EUR"),
        (Money(0, "EUR"), f"0.00{SPACE}EUR"),
        (Money(10**20, "EUR"), f"1,000,000,000,000,000,000.00{SPACE}EUR"),
    ],
)
def test_an_amount_shows_the_decimals_of_its_currency(value: Money, shown: str) -> None:
    assert text.money(value) == shown


def test_a_number_loses_nothing() -> None:
    assert text.number(Decimal("1234.56789012345")) == "1,234.56789012345"
    assert text.number(Decimal("0.001")) == "0.001"


@pytest.mark.parametrize(("rate", "shown"), [("8.1", "8.1%"), ("0", "0%"), ("25.00", "25%")])
def test_a_rate_is_given_in_percent(rate: str, shown: str) -> None:
    assert text.percent(Decimal(rate)) == shown


def test_a_day_follows_the_language() -> None:
    written = {}
    for language in languages.LANGUAGES:
        with languages.speaking(language):
            written[language] = text.day(date(2026, 10, 30))
    assert written == {
        "en": "30 Oct 2026",
        "de": "30.10.2026",
        "sv": "30 okt. 2026",
        "nb": "30. okt. 2026",
    }


def test_a_moment_is_what_the_clock_on_the_organisations_wall_showed() -> None:
    late = datetime(2026, 10, 30, 23, 30, tzinfo=UTC)
    with languages.speaking("en", "GB", "Europe/Zurich"):
        assert text.moment(late) == "31 Oct 2026, 00:30"
    with languages.speaking("en", "GB", "Europe/London"):
        assert text.moment(late) == "30 Oct 2026, 23:30"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "1 kB"), (999, "1 kB"), (12_345, "12 kB"), (1_000_000, "1 MB"), (2_560_000, "2.5 MB")],
)
def test_sizes_are_as_file_managers_write_them(count: int, shown: str) -> None:
    assert text.size(count) == shown.replace(" ", SPACE)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Haus Lindenhof", "HL"), ("brandt", "B"), ("Ö & Å Bygg", "ÖÅ"), ("", "K"), ("« »", "K")],
)
def test_initials_stand_for_a_name(name: str, shown: str) -> None:
    assert text.initials(name) == shown


def test_how_long_something_takes_is_written_roughly() -> None:
    with languages.speaking("de", "CH"):
        assert text.duration(timedelta(seconds=200)) == "3 Minuten"
