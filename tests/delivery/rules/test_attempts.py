from datetime import timedelta

import pytest

from app.delivery import rules
from app.delivery.rules import Outcome, State
from app.documents.rules.kinds import Kind

AGES = [timedelta(0), rules.LONGEST_TRY - timedelta(seconds=1), rules.LONGEST_TRY, timedelta(9)]
LEADS_TO = {
    Outcome.ACCEPTED: State.SUBMITTED,
    Outcome.TEMPORARY: State.QUEUED,
    Outcome.PERMANENT: State.UNDELIVERABLE,
    Outcome.UNAVAILABLE: State.COMPONENT_DOWN,
    Outcome.UNKNOWN: State.UNCERTAIN,
}
"""The table a second time, so that changing it is a deliberate act."""


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_leads_to_its_state_until_patience_is_over(
    outcome: Outcome, age: timedelta
) -> None:
    is_over = age >= timedelta(hours=72)
    gives_up = is_over and outcome in (Outcome.TEMPORARY, Outcome.UNAVAILABLE)
    assert rules.after(outcome, age) is (State.FAILED if gives_up else LEADS_TO[outcome])


def test_nothing_is_sent_before_the_other_side_said_so() -> None:
    sent = [outcome for outcome in Outcome if rules.after(outcome, AGES[0]) is State.SUBMITTED]
    assert sent == [Outcome.ACCEPTED]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("state", list(State))
def test_what_may_go_on_goes_on_by_itself(state: State, kind: Kind) -> None:
    again = rules.is_tried_again(state, kind, 1)
    if state is State.UNCERTAIN:
        assert again is (kind is not Kind.REMINDER), "a reminder must not arrive twice"
        assert not rules.is_tried_again(state, kind, rules.MOST_UNCERTAIN)
    else:
        assert again is (state in (State.QUEUED, State.COMPONENT_DOWN))


def test_the_sets_of_states_fit_together() -> None:
    over = {State.CANCELLED, State.SUBMITTED, State.ACCEPTED, State.DISPATCHED, State.DELIVERED}
    assert not over & (rules.SENDABLE | rules.OPEN | rules.RETRIABLE)
    assert State.SUBMITTING not in rules.OPEN, "nobody stops a letter that is being handed over"
    assert rules.SENDABLE | {State.HELD} >= rules.OPEN
    assert set(State) == over | {State.HELD} | rules.SENDABLE | rules.RETRIABLE
    assert set(rules.STATE_NAMES) == set(rules.STATE_MEANINGS) == set(State)
    assert set(rules.AFTER) == set(rules.OUTCOME_NAMES) == set(Outcome)
