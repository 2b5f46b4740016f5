"""What a report tells of a period: its own organisation's, in its channels and states."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core import clock
from app.core.runtime import Runtime
from app.delivery.rules import State
from app.organisations.rules import Channel
from app.reports.actions import counting
from app.reports.queries import figures
from app.reports.queries.figures import Scope
from app.reports.rules import MOST_PROBLEMS
from app.reports.rules.counting import Count, Figures, Group
from app.reports.rules.timing import Period
from tests.reports.stage import NOW, Stage, staged

HOUR = timedelta(hours=1)
DAY = Period(NOW - timedelta(days=1), NOW)


def told(stage: Stage, **narrowed: object) -> Figures:
    return figures.figures(Scope(stage.house.id, **narrowed), DAY)  # type: ignore[arg-type]


def test_what_was_made_in_the_period_is_counted_as_it_stands(
    stage: Stage, session: Session
) -> None:
    stage.dispatches(session, 2, State.SUBMITTED, DAY.begins, cost_minor=30)
    stage.dispatches(session, 1, State.QUEUED, NOW - HOUR)
    stage.dispatches(session, 1, State.SUBMITTED, NOW - HOUR, channel=Channel.PORTAL)
    # Its end and what came before it belong to other periods; tests never reach a customer.
    stage.dispatches(session, 1, State.SUBMITTED, NOW)
    stage.dispatches(session, 1, State.SUBMITTED, DAY.begins - HOUR)
    stage.dispatches(session, 1, State.FAILED, NOW - HOUR, is_test=True)
    assert told(stage) == Figures(
        (
            Count(Channel.EMAIL, Group.SENT, 2, 60),
            Count(Channel.EMAIL, Group.WAITING, 1),
            Count(Channel.PORTAL, Group.SENT, 1),
        ),
        0,
    )
    assert told(stage, channels=(Channel.PORTAL,)).total == 1
    assert told(stage, groups=("waiting",)).total == 1


def test_problems_are_those_that_came_to_be_one_in_the_period(
    stage: Stage, session: Session
) -> None:
    old = NOW - timedelta(days=9)
    late = stage.dispatches(session, 1, State.UNDELIVERABLE, old, changed=NOW - HOUR)
    stage.dispatches(session, 1, State.FAILED, old, changed=old)
    newest = stage.dispatches(session, 1, State.UNCERTAIN, NOW - HOUR, changed=NOW - HOUR / 2)
    found = told(stage)
    assert (found.total, found.problems, list(found.named)) == (1, 2, newest + late)
    assert told(stage, groups=("sent",)).problems == 0


def test_of_many_problems_the_newest_are_named_and_all_are_counted(
    stage: Stage, session: Session
) -> None:
    made = stage.dispatches(session, MOST_PROBLEMS + 10, State.FAILED, NOW - HOUR)
    found = told(stage)
    assert found.problems == MOST_PROBLEMS + 10
    assert list(found.named) == sorted(made, reverse=True)[:MOST_PROBLEMS]


def test_no_figure_name_or_row_is_another_organisations(stage: Stage, session: Session) -> None:
    other = staged(session, "brandt")
    theirs = other.dispatches(session, 3, State.FAILED, NOW - HOUR)
    mine = stage.dispatches(session, 1, State.FAILED, NOW - HOUR)
    found = told(stage)
    assert (found.total, found.problems, list(found.named)) == (1, 1, mine)
    assert [one.id for one in figures.named(stage.house.id, [*theirs, *mine])] == mine
    assert [one.id for one in figures.rows_of(Scope(stage.house.id), DAY)] == mine


def test_a_page_that_takes_whole_days_as_counted_says_the_same(here: Runtime) -> None:
    with here.database.transaction() as opened:
        stage = staged(opened)
        for hours in range(0, 24 * 9, 5):
            made = NOW - timedelta(hours=hours)
            stage.dispatches(opened, 1, State.SUBMITTED, made, cost_minor=7)
        stage.dispatches(opened, 1, State.FAILED, NOW - timedelta(days=3), channel=Channel.PORTAL)
    with clock.standing_at(NOW + HOUR):
        with here.database.transaction():
            planned = counting.plan(stage.house.id)
        counted = counting.count(planned)
        with here.database.transaction():
            counting.keep(planned, counted)
    week = Period(NOW - timedelta(days=7, hours=3), NOW - HOUR)
    for narrowed in ({}, {"channels": (Channel.PORTAL,)}, {"groups": ("sent",)}):
        scope = Scope(stage.house.id, **narrowed)  # type: ignore[arg-type]
        with here.database.reading():
            exactly = figures.figures(scope, week)
            assert figures.nearly(scope, week, "Europe/Zurich") == exactly
            assert exactly.total > 0
