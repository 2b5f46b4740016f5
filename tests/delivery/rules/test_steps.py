"""The row of marks, over every state, every answer and every remark: it claims nothing that is not known."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from app.delivery.rules import Held, LeftOut, Response, State
from app.delivery.rules.steps import MARK_NAMES, STAGE_NAMES, Facts, Mark, Stage, steps_of

BEHIND = {Mark.DONE, Mark.WARNING}
ON_THE_WAY = tuple(stage for stage in Stage if stage is not Stage.READ)
"""Whether it was opened or answered is another axis."""
TAKEN = (State.SUBMITTED, State.ACCEPTED, State.DISPATCHED, State.DELIVERED)
STOPPED = (State.REJECTED, State.UNDELIVERABLE, State.FAILED, State.EXPIRED, State.COMPONENT_DOWN)
NEVER_HANDED = (State.HELD, State.QUEUED, State.SUBMITTING, State.COMPONENT_DOWN, State.FAILED)


def all_facts() -> Iterator[Facts]:
    """Return everything that can be known of a dispatch."""
    flags = product((False, True), repeat=5)
    for state, flag, left in product(State, flags, (None, LeftOut.TOO_LARGE)):
        was_handed, is_opened, is_delayed, is_test, confirms = flag
        yield Facts(
            state=state,
            held=Held.RELEASE if state is State.HELD else None,
            attempts=int(was_handed or state in (State.SUBMITTING, State.UNCERTAIN)),
            was_handed=(was_handed or state in TAKEN) and state not in NEVER_HANDED,
            is_opened=is_opened,
            is_delayed=is_delayed,
            is_test=is_test,
            left_out=left,
            confirms=confirms,
        )


def marks(facts: Facts) -> dict[Stage, Mark]:
    return {step.stage: step.mark for step in steps_of(facts)}


def test_the_steps_stand_in_their_order_and_everything_behind_comes_before_everything_ahead() -> (
    None
):
    for facts in all_facts():
        found = marks(facts)
        assert list(found) == list(Stage)
        way = [found[stage] in BEHIND for stage in ON_THE_WAY]
        assert way == sorted(way, reverse=True), facts


def test_at_most_one_step_runs_and_only_where_somebody_is_at_work() -> None:
    for facts in all_facts():
        running = [stage for stage, mark in marks(facts).items() if mark is Mark.RUNNING]
        is_open = facts.confirms and facts.state in TAKEN and facts.state is not State.DELIVERED
        assert len(running) == int(is_open or facts.state is State.SUBMITTING), facts


def test_what_failed_stopped_at_one_step_and_nothing_after_it_is_done() -> None:
    for facts in all_facts():
        way = [marks(facts)[stage] for stage in ON_THE_WAY]
        assert way.count(Mark.FAILED) == int(facts.state in STOPPED), facts
        if Mark.FAILED in way:
            assert set(way[way.index(Mark.FAILED) + 1 :]) <= {Mark.WAITING}


def test_nothing_is_handed_over_before_the_other_side_said_so() -> None:
    for facts in all_facts():
        found = marks(facts)
        if not facts.was_handed and facts.state is not State.EXPIRED:
            assert found[Stage.HANDED_OVER] is not Mark.DONE, facts
            assert not {found[stage] for stage in ON_THE_WAY[3:]} & BEHIND, facts
        elif facts.state in TAKEN:
            assert found[Stage.HANDED_OVER] in BEHIND


@pytest.mark.parametrize(
    ("state", "was_handed", "stage"),
    [
        (State.REJECTED, False, Stage.CHECKED),
        (State.REJECTED, True, Stage.ACCEPTED),
        (State.UNDELIVERABLE, False, Stage.HANDED_OVER),
        (State.UNDELIVERABLE, True, Stage.DELIVERED),
        (State.EXPIRED, True, Stage.DELIVERED),
        (State.COMPONENT_DOWN, False, Stage.HANDED_OVER),
    ],
)
def test_a_failure_stands_where_it_happened(state: State, was_handed: bool, stage: Stage) -> None:
    found = marks(Facts(state, was_handed=was_handed, attempts=1))
    assert [one for one, mark in found.items() if mark is Mark.FAILED] == [stage]


def test_a_channel_that_tells_nothing_more_claims_nothing_more() -> None:
    found = marks(Facts(State.SUBMITTED, was_handed=True, confirms=False))
    assert [found[stage] for stage in ON_THE_WAY[3:]] == [Mark.NOT_CONFIGURED] * 3


def test_remarks_are_made_where_they_belong_and_nowhere_else() -> None:
    plain = Facts(State.DELIVERED, was_handed=True)
    assert set(marks(plain).values()) == {Mark.DONE, Mark.WAITING}
    for remark, stage in (
        ({"is_test": True}, Stage.HANDED_OVER),
        ({"left_out": LeftOut.NOT_READY}, Stage.HANDED_OVER),
        ({"is_delayed": True}, Stage.UNDER_WAY),
    ):
        found = marks(replace(plain, **remark))  # type: ignore[arg-type]
        assert [one for one, mark in found.items() if mark is Mark.WARNING] == [stage]


def test_the_last_step_says_what_the_recipient_says_wherever_the_dispatch_stands() -> None:
    expected = dict.fromkeys(Response, Mark.DONE) | {
        Response.NONE: Mark.WAITING,
        Response.RECEIVED: Mark.WAITING,
        Response.UNDER_QUERY: Mark.WARNING,
        Response.CONDITIONALLY_ACCEPTED: Mark.WARNING,
        Response.REJECTED: Mark.FAILED,
    }
    for state, response in product(State, Response):
        assert marks(Facts(state, response))[Stage.READ] is expected[response]
        opened = marks(Facts(state, response, is_opened=True))[Stage.READ]
        assert opened is (Mark.DONE if expected[response] is Mark.WAITING else expected[response])


@pytest.mark.parametrize(
    ("held", "mark"),
    [
        (Held.RELEASE, Mark.DEFERRED),
        (Held.BREAKER, Mark.DEFERRED),
        (Held.OBSTACLE, Mark.NOT_CONFIGURED),
    ],
)
def test_what_is_held_is_put_off_or_cannot_be_sent_at_all(held: Held, mark: Mark) -> None:
    first, *others = [step.mark for step in steps_of(Facts(State.HELD, held=held))]
    assert (first, set(others)) == (mark, {Mark.WAITING})


def test_what_was_withdrawn_shows_how_far_it_had_come() -> None:
    for attempts, was_handed, stage in (
        (0, False, Stage.RELEASED),
        (1, False, Stage.HANDED_OVER),
        (1, True, Stage.ACCEPTED),
    ):
        found = marks(Facts(State.CANCELLED, attempts=attempts, was_handed=was_handed))
        assert [one for one, mark in found.items() if mark is Mark.DEFERRED] == [stage]


def test_every_step_and_every_mark_has_a_word() -> None:
    assert set(STAGE_NAMES) == set(Stage)
    assert len(set(MARK_NAMES.values())) == len(MARK_NAMES) == len(Mark)
