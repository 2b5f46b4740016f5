"""Whether a quote can be answered: every state, every validity, every answer."""

from datetime import date, timedelta
from itertools import product

import pytest

from app.acceptance import rules
from app.acceptance.rules import Obstacle, Reason
from app.documents.rules.life import Answer, State

TODAY = date(2026, 11, 22)
ENDS = {
    None: None,
    TODAY - timedelta(days=1): Obstacle.EXPIRED,
    TODAY: None,
    TODAY + timedelta(days=1): None,
}
"""Last day of the offer → what it says about an offer that is open."""
STATES = {
    State.HELD: Obstacle.CLOSED,
    State.READY: Obstacle.CLOSED,
    State.PUBLISHED: None,
    State.SUPERSEDED: Obstacle.NEWER,
    State.WITHDRAWN: Obstacle.CLOSED,
    State.DISCARDED: Obstacle.CLOSED,
}


def test_every_state_is_in_the_table() -> None:
    assert set(STATES) == set(State)


@pytest.mark.parametrize(("state", "until"), list(product(STATES, ENDS)))
def test_without_an_answer_state_and_validity_decide(state: State, until: date | None) -> None:
    found = rules.obstacle(state, None, until, TODAY)
    assert found is (STATES[state] or ENDS[until])


@pytest.mark.parametrize(("state", "until", "answer"), list(product(STATES, ENDS, Answer)))
def test_what_was_answered_stays_answered(state: State, until: date | None, answer: Answer) -> None:
    assert rules.obstacle(state, answer, until, TODAY) is Obstacle.ANSWERED


@pytest.mark.parametrize("name", ["Ruth Keller", "Jo", "王小明", "Ö. Åberg"])
def test_a_name_has_letters(name: str) -> None:
    assert rules.is_name(name)


@pytest.mark.parametrize("name", ["", "  ", "x", "12345", "--", "R."])
def test_what_has_no_letters_is_no_name(name: str) -> None:
    assert not rules.is_name(name)


def test_only_one_reason_asks_for_words() -> None:
    assert [one for one in Reason if rules.needs_words(one)] == [Reason.OTHER]


def test_every_reason_has_a_name() -> None:
    assert set(rules.REASON_NAMES) == set(Reason)
