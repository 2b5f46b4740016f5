"""Days, amounts, kinds and currencies as four countries write them."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.documents.rules.kinds import Kind
from app.intake.rules import values
from app.intake.rules.values import DateOrder, DecimalSign

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
POINT, COMMA = DecimalSign.POINT, DecimalSign.COMMA
THIRD = date(2026, 11, 3)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
amounts = st.integers(-99_999_999_999, 99_999_999_999).map(lambda n: Decimal(n).scaleb(-2))


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("2026-11-03", DAY, THIRD),
        ("2026-11-03", MONTH, THIRD),
        ("20261103", DAY, THIRD),
        ("2026-11-03T10:15:00Z", DAY, THIRD),
        ("3.11.2026", DAY, THIRD),
        ("3.11.2026", MONTH, THIRD),
        ("03.11.26", DAY, THIRD),
        ("3. 11. 2026", DAY, THIRD),
        ("03/11/2026", DAY, THIRD),
        ("11/03/2026", MONTH, THIRD),
        ("03-11-2026 08:00", DAY, THIRD),
        ("46329", DAY, THIRD),
        (Decimal(46329), MONTH, THIRD),
        (THIRD, MONTH, THIRD),
    ],
)
def test_a_day_is_read(text: values.Cell, order: DateOrder, found: date) -> None:
    assert values.day(text, order) == found


@pytest.mark.parametrize(
    "text", ["soon", "31.2.2026", "13/13/2026", "2026", "3.11", "99999", "1.1.1026", "3.11/2026"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        values.day(text, DAY)


@given(days, st.sampled_from([DAY, MONTH]))
def test_every_day_comes_back_however_it_was_written(day: date, order: DateOrder) -> None:
    slashed = f"{day:%d/%m/%Y}" if order is DAY else f"{day:%m/%d/%Y}"
    for text in (day.isoformat(), f"{day.day}.{day.month}.{day.year}", slashed):
        assert values.day(text, order) == day
    serial = (day - values.EPOCH) // timedelta(days=1)
    if serial in values.SERIALS:
        assert values.day(str(serial), order) == day


@pytest.mark.parametrize(
    ("text", "sign", "found"),
    [
        ("1'284.50", POINT, "1284.50"),
        ("1’284.50", POINT, "1284.50"),
        ("1,284.50", POINT, "1284.50"),
        ("CHF 1'284.50", POINT, "1284.50"),
        ("Fr. 120.–", POINT, "120"),
        ("1.284,50 €", COMMA, "1284.50"),
        ("1 284,50 kr", COMMA, "1284.50"),
        ("1\u00a0284,50", COMMA, "1284.50"),
        ("1.234.567,8", COMMA, "1234567.8"),
        ("1284,50", COMMA, "1284.50"),
        ("−10,00", COMMA, "-10.00"),
        ("10.00-", POINT, "-10.00"),
        ("1.284", COMMA, "1284"),
        ("1.284", POINT, "1.284"),
        (Decimal("1284.5"), COMMA, "1284.5"),
    ],
)
def test_an_amount_is_read(text: values.Cell, sign: DecimalSign, found: str) -> None:
    assert values.amount(text, sign) == Decimal(found)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("viel", POINT),
        ("1,28", POINT),
        ("1.28.4", COMMA),
        ("12,34,56", COMMA),
        ("1'28.50", POINT),
        ("1e9", POINT),
        ("abc 12", POINT),
        ("12 CHF 13", POINT),
        ("NaN", POINT),
        ("=1+1", POINT),
        ("1234567890123", POINT),
        (Decimal("1e30"), POINT),
    ],
)
def test_what_is_no_amount_is_refused(text: values.Cell, sign: DecimalSign) -> None:
    with pytest.raises(Invalid):
        values.amount(text, sign)


@given(amounts, st.sampled_from(["", "'", "’", " ", "\u00a0", "\u202f", "other"]))
def test_every_amount_comes_back_however_it_was_grouped(amount: Decimal, group: str) -> None:
    written = f"{amount:,.2f}"
    point = written.replace(",", "," if group == "other" else group)
    comma = written.replace(".", "#").replace(",", "." if group == "other" else group)
    assert values.amount(point, POINT) == amount
    assert values.amount(comma.replace("#", ","), COMMA) == amount


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    for read in (
        lambda: values.amount(text, POINT),
        lambda: values.amount(text, COMMA),
        lambda: values.day(text, DAY),
        lambda: values.day(text, MONTH),
        lambda: values.kind(text),
        lambda: values.currency(text),
    ):
        with suppress(Invalid):
            assert read() is not None


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Rechnung", Kind.INVOICE),
        ("FAKTURA", Kind.INVOICE),
        ("380", Kind.INVOICE),
        ("Gutschrift", Kind.CREDIT_NOTE),
        ("Credit note", Kind.CREDIT_NOTE),
        ("Påminnelse", Kind.REMINDER),
        ("Purring", Kind.REMINDER),
        ("Mahnung", Kind.REMINDER),
        ("Offerte", Kind.QUOTE),
        ("Tilbud", Kind.QUOTE),
        ("Följesedel", Kind.DELIVERY_NOTE),
        ("Følgeseddel", Kind.DELIVERY_NOTE),
        ("Auftragsbestätigung", Kind.ORDER_CONFIRMATION),
        ("Orderbekräftelse", Kind.ORDER_CONFIRMATION),
    ],
)
def test_a_kind_is_read_in_four_languages(word: str, kind: Kind) -> None:
    assert values.kind(word) is kind


@pytest.mark.parametrize(
    ("text", "code"),
    [("12", None), ("CHF 12.00", "CHF"), ("12,00 €", "EUR"), ("Fr. 5.–", "CHF"), ("5 kr", None)],
)
def test_a_currency_beside_an_amount_is_seen(text: str, code: str | None) -> None:
    assert values.written_currency(text) == code


@pytest.mark.parametrize(
    ("text", "code"), [("chf", "CHF"), ("€", "EUR"), ("Fr.", "CHF"), ("SEK", "SEK")]
)
def test_a_currency_is_read(text: str, code: str) -> None:
    assert values.currency(text) == code


@pytest.mark.parametrize("text", ["XYZ", "KWD", "", "kr"])
def test_what_is_no_currency_of_an_invoice_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        values.currency(text)


def test_the_order_of_dates_shows_where_a_day_is_beyond_twelve() -> None:
    assert values.likely_order(["03/11/2026", "25/11/2026"]) is DAY
    assert values.likely_order(["03/11/2026", "11/25/2026"]) is MONTH
    assert values.likely_order(["03/11/2026"]) is DAY


def test_the_sign_before_the_cents_shows_in_the_first_amount_that_has_cents() -> None:
    assert values.likely_sign(["1.000", "1.284,50"]) is COMMA
    assert values.likely_sign(["1,000", "1'284.50"]) is POINT
    assert values.likely_sign([Decimal("1.5"), "7"]) is POINT
