"""The arithmetic of an account, whatever moves on it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.statements import rules
from app.statements.rules import Bucket, Entry, OpenItem, Period, Source

TODAY = date(2026, 11, 22)
AMOUNTS = st.integers(-(10**12), 10**12)
DAYS = st.none() | st.dates(date(2024, 1, 1), date(2028, 1, 1))
CURRENCIES = st.sampled_from(["CHF", "EUR", "JPY"])
MOVED = st.tuples(CURRENCIES, st.sampled_from(Source), AMOUNTS, AMOUNTS, st.integers(0, 50))


@given(st.lists(st.builds(OpenItem, CURRENCIES, DAYS, st.integers(1, 10**9))))
def test_the_buckets_add_up_to_what_is_open(items: list[OpenItem]) -> None:
    ageing = rules.ageing(items, TODAY)
    for currency, sums in ageing.items():
        assert list(sums) == list(Bucket)
        assert sum(sums.values()) == sum(one.minor for one in items if one.currency == currency)
        late = [one for one in items if one.currency == currency and one.due and one.due < TODAY]
        assert rules.overdue(sums) == sum(one.minor for one in late)
    assert set(ageing) == {one.currency for one in items}


@given(AMOUNTS, st.lists(AMOUNTS))
def test_the_opening_balance_and_the_entries_give_the_closing_one(
    opening: int, amounts: list[int]
) -> None:
    entries = [
        Entry(str(number), Source.INVOICE, "", TODAY, None, "CHF", amount)
        for number, amount in enumerate(amounts)
    ]
    lines = rules.running(opening, entries)
    charged = sum(amounts)
    (one,) = rules.balances([("CHF", Source.INVOICE, opening, charged, len(amounts))])
    assert one.closing == opening + charged
    assert (lines[-1][1] if lines else opening) == one.closing


@given(st.lists(MOVED), st.randoms())
def test_the_order_of_what_moved_does_not_matter(
    moved: list[tuple[str, Source, int, int, int]], chance: object
) -> None:
    shuffled = list(moved)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rules.balances(moved) == rules.balances(shuffled)
    for one in rules.balances(moved):
        mine = [line for line in moved if line[0] == one.currency]
        sign = {Source.INVOICE: 1, Source.CREDIT_NOTE: -1, Source.PAYMENT: -1}
        assert one.closing == sum(sign[line[1]] * (line[2] + line[3]) for line in mine)


def test_credit_notes_reduce_what_is_owed() -> None:
    (one,) = rules.balances(
        [("CHF", Source.INVOICE, 0, 10_000, 2), ("CHF", Source.CREDIT_NOTE, 500, 2_500, 1)]
    )
    assert (one.opening, one.charged, one.credited, one.closing) == (-500, 10_000, 2_500, 7_000)
    assert one.entries == 3


def test_an_item_ages_day_by_day() -> None:
    expected = {
        -5: Bucket.NOT_DUE,
        0: Bucket.NOT_DUE,
        1: Bucket.TO_30,
        30: Bucket.TO_30,
        31: Bucket.TO_60,
        60: Bucket.TO_60,
        61: Bucket.TO_90,
        90: Bucket.TO_90,
        91: Bucket.OVER_90,
    }
    for days, bucket in expected.items():
        due = TODAY - timedelta(days=days)
        assert rules.bucket(due, TODAY) is bucket
        assert rules.days_overdue(due, TODAY) == max(0, days)
    assert rules.bucket(None, TODAY) is Bucket.NOT_DUE


@given(st.dates(date(2, 1, 2), date(9999, 12, 31)))
def test_every_preset_is_a_period_that_ends_after_it_begins(today: date) -> None:
    for _name, preset in rules.PRESETS:
        period = preset(today)
        assert period.since < period.until
    assert rules.this_year(today).since <= today <= rules.this_year(today).until
    assert rules.last_year(today).until < today


def test_a_leap_day_has_a_year_before_it() -> None:
    assert rules.last_months(date(2028, 2, 29)) == Period(date(2027, 3, 1), date(2028, 2, 29))
