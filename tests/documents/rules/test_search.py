"""What a text in the search box can mean."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.rules.search import (
    LONGEST_WORD,
    MOST_WORDS,
    Meaning,
    amount,
    day,
    meanings,
    wanted_words,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "decimal_sign", "read"),
    [
        ("1284.50", ".", "1284.50"),
        ("1284,50", ".", "1284.50"),
        ("1'284.50", ".", "1284.50"),
        ("1’284.50", ".", "1284.50"),
        ("1.284,50", ",", "1284.50"),
        ("1,284.50", ".", "1284.50"),
        ("1 284,50", ",", "1284.50"),
        ("1\N{NO-BREAK SPACE}284,50", ",", "1284.50"),
        ("1.284", ",", "1284"),
        ("1,284", ".", "1284"),
        ("1,284", ",", "1.284"),
        ("1.284.500", ",", "1284500"),
        ("1.284.500,75", ",", "1284500.75"),
        ("CHF 12.00", ".", "12.00"),
        ("12.00 eur", ".", "12.00"),
        ("-12.50", ".", "-12.50"),
        ("2026", ".", "2026"),
        ("0", ".", "0"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, decimal_sign: str, read: str) -> None:
    assert amount(text, decimal_sign) == Decimal(read)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RE-1",
        "12.",
        ".5",
        "1.2.3",
        "12,34,56",
        "1e5",
        "٣٤",
        "12 CHFX",
        "--1",
        "NaN",
        "3.11.2026",
    ],
)
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert amount(text, ".") is None


@pytest.mark.parametrize(
    ("text", "is_month_first", "read"),
    [
        ("2026-11-03", False, date(2026, 11, 3)),
        ("3.11.2026", False, date(2026, 11, 3)),
        ("3.11.2026", True, date(2026, 11, 3)),
        ("03.11.26", False, date(2026, 11, 3)),
        ("3/11/2026", False, date(2026, 11, 3)),
        ("3/11/2026", True, date(2026, 3, 11)),
        ("3. 11. 2026", False, date(2026, 11, 3)),
        ("31.2.2026", False, None),
        ("2026-13-01", False, None),
        ("3.11", False, None),
        ("3.11/2026", False, None),
        ("٣.11.2026", False, None),
    ],
)
def test_days_are_read_in_the_order_of_the_country(
    text: str, is_month_first: bool, read: date | None
) -> None:
    assert day(text, is_month_first=is_month_first) == read


@given(st.decimals(0, 10**9, places=2), st.sampled_from(".,"))
def test_every_amount_that_is_written_is_read(value: Decimal, decimal_sign: str) -> None:
    group = {".": ",", ",": "."}[decimal_sign]
    written = f"{value:,.2f}".replace(",", "\0").replace(".", decimal_sign).replace("\0", group)
    assert amount(written, decimal_sign) == value
    assert amount(f"{value:f}".replace(".", decimal_sign), decimal_sign) == value


@given(st.dates(date(1900, 1, 1)))
def test_every_day_that_is_written_is_read(value: date) -> None:
    assert day(value.isoformat(), is_month_first=True) == value
    assert day(f"{value.day}.{value.month}.{value.year:04d}", is_month_first=False) == value
    assert day(f"{value.month}/{value.day}/{value.year:04d}", is_month_first=True) == value


@given(st.text(max_size=120), st.sampled_from(".,"), st.booleans())
def test_any_text_means_something_and_breaks_nothing(
    text: str, decimal_sign: str, is_month_first: bool
) -> None:
    found = meanings(text, decimal_sign=decimal_sign, is_month_first=is_month_first)
    assert found.text == text.strip()
    assert all(0 < len(word) <= LONGEST_WORD for word in found.words)
    tried = found.tried(with_customers=True)
    assert tried[:3] == [Meaning.NUMBER, Meaning.ORDER, Meaning.CUSTOMER]
    assert (Meaning.AMOUNT in tried) is (found.amount is not None)
    assert (Meaning.DATE in tried) is (found.day is not None)
    assert Meaning.CUSTOMER not in found.tried(with_customers=False)


@given(st.lists(st.text(min_size=1, max_size=60), max_size=30))
def test_words_of_files_are_found_again_by_their_beginning(names: list[str]) -> None:
    words = words_of(names)
    assert len(words) == len(set(words)) <= MOST_WORDS
    for word in words:
        assert 2 <= len(word) <= LONGEST_WORD
        assert wanted_words(word) == (word,) or word != word.lower()


def test_words_leave_out_the_ending_and_what_parts_them() -> None:
    assert words_of(["Rechnung_2026-0412 (Keller).pdf", "rechnung.XML"]) == [
        "rechnung",
        "2026",
        "0412",
        "keller",
    ]
    assert wanted_words("keller rech.pdf") == ("keller", "rech")
    assert wanted_words("-") == ()
