from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.rules import (
    CODES,
    HELD_NAMES,
    HOW,
    MOVES,
    OURS,
    RANK,
    RESPONSE_NAMES,
    STATE_MEANINGS,
    STATE_NAMES,
    TOLD,
    Held,
    Response,
    State,
    answered,
    news,
    sources,
)

TABLE = """
held            queued
queued          held submitting component_down failed
submitting      submitting queued component_down uncertain failed
component_down  held submitting queued failed
uncertain       submitting queued failed
submitted       queued
accepted        queued
dispatched      queued
delivered       queued
rejected        held queued cancelled
undeliverable   held queued cancelled
failed          held queued
cancelled       queued
expired         held queued cancelled
"""
"""What we do ourselves, a second time, so that changing it is a deliberate act."""
NEWS = [
    *("submitted", "accepted", "cancelled", "expired", "dispatched", "delivered"),
    *("rejected", "undeliverable"),
]
"""From the least to the last word."""


@pytest.mark.parametrize("source", list(State))
@pytest.mark.parametrize("target", list(State))
def test_a_state_follows_another_by_our_doing_or_because_more_is_known(
    source: State, target: State
) -> None:
    rows = dict(line.split(maxsplit=1) for line in TABLE.splitlines() if len(line.split()) > 1)
    ours = rows.get(source.value, "").split()
    rank = NEWS.index(source) + 1 if source in NEWS else 0
    is_news = target in NEWS and NEWS.index(target) + 1 > rank
    assert (target in MOVES[source]) is (target.value in ours or is_news)
    assert (source in sources(target)) is (target in MOVES[source])


def test_a_late_bounce_after_delivery_is_believed_and_delivery_after_a_bounce_is_not() -> None:
    assert news(State.DELIVERED, State.UNDELIVERABLE) is State.UNDELIVERABLE
    assert news(State.UNDELIVERABLE, State.DELIVERED) is State.UNDELIVERABLE
    assert news(State.UNCERTAIN, State.SUBMITTED) is State.SUBMITTED
    assert news(State.FAILED, State.DISPATCHED) is State.DISPATCHED


@pytest.mark.parametrize("told", sorted(OURS))
def test_nobody_tells_us_what_only_we_can_know(told: State) -> None:
    with pytest.raises(ValueError, match="nobody can tell us"):
        news(State.QUEUED, told)


@given(st.sampled_from(sorted(OURS)), st.lists(st.sampled_from(sorted(TOLD)), max_size=5))
def test_news_that_come_twice_or_in_another_order_change_nothing(
    first: State, told: list[State]
) -> None:
    ends = set()
    for order in permutations(told):
        state = first
        for one in (*order, *order):
            state = news(state, one)
        ends.add(state)
    assert ends == {max([first, *told], key=lambda one: RANK[one])}


@given(st.lists(st.sampled_from(sorted(Response)), min_size=1, max_size=5))
def test_answers_that_come_twice_or_in_another_order_change_nothing(told: list[Response]) -> None:
    ends = set()
    for order in permutations(told):
        state = Response.NONE
        for one in (*order, *order):
            state = answered(state, one)
        ends.add(state)
    assert len(ends) == 1


def test_answers_climb_as_peppol_says_and_a_rejection_is_the_last_word() -> None:
    in_order = [CODES[code] for code in ("AB", "IP", "UQ", "CA", "AP", "PD")]
    for lower, higher in pairwise(in_order):
        assert answered(lower, higher) is answered(higher, lower) is higher
    assert answered(Response.PAID, Response.REJECTED) is Response.REJECTED


def test_every_state_has_words_and_a_place_in_the_chart() -> None:
    assert set(STATE_NAMES) == set(STATE_MEANINGS) == set(MOVES) == set(RANK) == set(State)
    assert set(HOW) == set(State) - {State.CANCELLED}
    assert set(RESPONSE_NAMES) == set(Response)
    assert set(HELD_NAMES) == set(Held)
