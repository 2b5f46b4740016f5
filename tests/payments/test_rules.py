"""How an amount is divided among invoices, and which state of a payment follows which."""

from hypothesis import given
from hypothesis import strategies as st

from app.payments import rules
from app.payments.rules import AFTER, Share, State, divide, sources

OWED = st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=8).map(
    lambda amounts: [Share(str(place), minor) for place, minor in enumerate(amounts)]
)


@given(st.integers(min_value=1, max_value=10**10), OWED)
def test_what_is_divided_is_neither_more_nor_less(amount: int, owed: list[Share]) -> None:
    shares = divide(amount, owed)
    assert sum(one.minor for one in shares) == amount
    assert all(one.minor > 0 for one in shares)


@given(st.integers(min_value=1, max_value=10**10), OWED)
def test_only_the_last_gets_more_than_it_owes(amount: int, owed: list[Share]) -> None:
    due = {one.document_id: one.minor for one in owed}
    *first, last = divide(amount, owed)
    assert [one.minor for one in first] == [due[one.document_id] for one in first]
    if amount <= sum(due.values()):
        assert last.minor <= due[last.document_id]


def test_a_payment_that_is_paid_stays_paid() -> None:
    assert AFTER[State.PAID] == frozenset()
    assert set(sources(State.PAID)) == set(State) - {State.PAID}


def test_what_waits_is_what_the_provider_may_still_change() -> None:
    assert {state for state in State if State.FAILED in AFTER[state]} == rules.WAITING
