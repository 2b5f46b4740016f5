"""The groups in which staff work: every state stands in one of them."""

from collections import Counter

from app.delivery.rules import NEEDS_CARE, State
from app.delivery.rules.tabs import QUEUES, STATES, TAB_NAMES, Tab


def test_every_state_stands_in_all_and_in_one_other_group() -> None:
    counted = Counter(state for tab in Tab if tab is not Tab.ALL for state in STATES[tab])
    assert counted == dict.fromkeys(State, 1)
    assert STATES[Tab.ALL] == set(State)


def test_what_needs_care_is_a_queue_of_work_and_every_group_has_a_word() -> None:
    assert STATES[Tab.ERRORS] == NEEDS_CARE
    assert {Tab.ERRORS, Tab.UNCONFIRMED} == QUEUES
    assert set(TAB_NAMES) == set(Tab)
