"""Many at once: a step is taken once, and what was opened or stopped meanwhile is left alone."""

from datetime import date

from sqlalchemy import func, select

from app.core import clock
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.delivery.models import Dispatch
from app.ladders import queries
from app.ladders.actions import climbing, looking
from app.ladders.models import ClimbStep
from app.notices.models import Notice
from tests.ladders import houses
from tests.ladders.houses import at, published
from tests.races.together import Meeting, together

THREADS = 8
FIFTH = date(2026, 3, 7)


def test_eight_workers_and_people_take_one_step_once(here: Runtime) -> None:
    house = houses.house(here)
    one = published(here, house)
    meeting = Meeting(here, THREADS)

    def take(number: int) -> None:
        with clock.standing_at(at(FIFTH)):
            climb = queries.by_id(one)
            assert climb is not None
            meeting.wait()
            if number % 2:
                climbing.take_now(climb, 0, house.who)
            else:
                climbing.take_due(one)

    together(here, THREADS, take)
    assert houses.steps(here, one) == [("remind", "")]
    with here.database.reading() as opened:
        assert opened.scalar(select(func.count()).select_from(Notice)) == 1
        sent = select(func.count()).where(Promise.task == "notices.send")
        assert opened.scalar(sent) == 1
        assert opened.scalar(select(func.count()).select_from(Dispatch)) == 1


def test_two_relays_promise_a_step_once(here: Runtime) -> None:
    house = houses.house(here)
    published(here, house)

    def look(_number: int) -> None:
        with clock.standing_at(at(FIFTH)):
            looking.look()

    together(here, THREADS, look)
    with here.database.reading() as opened:
        promised = select(func.count()).where(Promise.task == looking.STEP)
        assert opened.scalar(promised) == 1


def test_a_ladder_that_is_stopped_while_its_step_is_due_does_one_of_both(here: Runtime) -> None:
    house = houses.house(here)
    found = [published(here, house, f"A-{number}") for number in range(4)]

    def work(number: int) -> None:
        with clock.standing_at(at(FIFTH)):
            climb = queries.by_id(found[number // 2])
            assert climb is not None
            if number % 2:
                climbing.stop(climb, house.who)
            else:
                climbing.take_due(climb.id)

    together(here, THREADS, work)
    with here.database.reading() as opened:
        for climb_id in found:
            climb = queries.by_id(climb_id)
            assert climb is not None
            assert climb.state.value == "stopped"
            assert climb.due_at is None
        steps = opened.scalar(select(func.count()).select_from(ClimbStep))
        assert steps == opened.scalar(select(func.count()).select_from(Notice))
