"""What is counted, and what it comes to."""

from decimal import Decimal

from app.delivery.rules import State
from app.organisations.rules import Channel
from app.reports.rules.counting import (
    GROUPS,
    PROBLEMS,
    Count,
    Figures,
    Group,
    by_channel,
    failure_rate,
    states_of,
)


def test_every_state_of_a_dispatch_stands_in_one_group() -> None:
    assert GROUPS.keys() == {state.value for state in State}
    assert State.UNDELIVERABLE in PROBLEMS
    assert State.CANCELLED not in PROBLEMS


def test_the_failure_rate_leaves_out_what_waits_and_what_was_withdrawn() -> None:
    groups = {
        Group.WAITING: 50,
        Group.ENDED: 50,
        Group.ARRIVED: 20,
        Group.SENT: 7,
        Group.PROBLEM: 1,
    }
    assert failure_rate(groups) == Decimal("3.6")
    assert failure_rate({Group.WAITING: 3}) is None


def test_channels_are_summed_over_their_groups() -> None:
    counts = [
        Count(Channel.PORTAL, Group.SENT, 2),
        Count(Channel.EMAIL, Group.SENT, 3, 30),
        Count(Channel.EMAIL, Group.PROBLEM, 1, 10),
    ]
    lines = by_channel(counts)
    assert [(line.channel, line.total, line.cost) for line in lines] == [
        (Channel.EMAIL, 4, 40),
        (Channel.PORTAL, 2, 0),
    ]
    assert lines[0].failure_rate == Decimal("25.0")


def test_figures_come_back_as_they_were_stored_and_name_nobody() -> None:
    found = Figures((Count(Channel.EMAIL, Group.SENT, 3, 30),), 1, ("01J",))
    assert Figures.from_json(found.to_json()) == found
    assert Figures.from_json(None) == Figures((), 0)


def test_no_choice_of_states_means_all() -> None:
    assert states_of([]) == list(State)
    assert set(states_of(["problem"])) == set(PROBLEMS)
