from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.core import clock, outbox, schedule
from app.core.db import session
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.core.schedule import ScheduleRun

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def started(here: Runtime, name: str, moment: datetime) -> bool:
    with clock.standing_at(moment), here.database.transaction():
        return schedule.start(name, HOUR)


def work_off(here: Runtime, moment: datetime) -> int:
    """Do everything that is due at `moment`; return how much it was."""
    with clock.standing_at(moment), here.database.transaction():
        tasks = [outbox.claim(one, HOUR) for one in outbox.due(100)]
        return sum(outbox.finish(task) for task in tasks if task is not None)


def test_a_slot_begins_with_its_interval() -> None:
    assert schedule.slot_of(NOON + timedelta(minutes=59), HOUR) == NOON
    assert schedule.slot_of(NOON, HOUR) == NOON
    assert schedule.slot_of(NOON - timedelta(seconds=1), HOUR) == NOON - HOUR
    assert schedule.slot_of(NOON + timedelta(hours=11), timedelta(days=1)).hour == 0


def test_a_slot_is_started_once(here: Runtime) -> None:
    assert started(here, "sweep", NOON)
    assert work_off(here, NOON) == 1
    assert not started(here, "sweep", NOON + timedelta(minutes=59))
    assert work_off(here, NOON + timedelta(minutes=59)) == 0
    assert started(here, "sweep", NOON + HOUR)
    assert work_off(here, NOON + HOUR) == 1


def test_two_names_share_no_slot(here: Runtime) -> None:
    assert started(here, "sweep", NOON)
    assert started(here, "remind", NOON)
    assert work_off(here, NOON) == 2


def test_slots_missed_while_nothing_ran_are_made_up_for_once(here: Runtime) -> None:
    assert started(here, "sweep", NOON)
    assert work_off(here, NOON) == 1
    assert started(here, "sweep", NOON + 5 * HOUR)
    assert work_off(here, NOON + 5 * HOUR) == 1


def test_a_slot_waits_for_the_one_before_and_does_not_pile_up(here: Runtime) -> None:
    assert started(here, "sweep", NOON)
    assert started(here, "sweep", NOON + HOUR)
    assert started(here, "sweep", NOON + 2 * HOUR)
    assert work_off(here, NOON + 2 * HOUR) == 1


def test_what_was_given_up_is_tried_again_in_the_next_slot(here: Runtime) -> None:
    assert started(here, "sweep", NOON)
    with clock.standing_at(NOON), here.database.transaction():
        task = outbox.claim(outbox.due(1)[0], HOUR)
        assert task is not None
        outbox.give_up(task, "no tries left")
    assert started(here, "sweep", NOON + HOUR)
    assert work_off(here, NOON + HOUR) == 1


def test_a_slot_whose_transaction_failed_is_started_by_the_next_relay(here: Runtime) -> None:
    try:
        with clock.standing_at(NOON), here.database.transaction():
            assert schedule.start("sweep", HOUR)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert started(here, "sweep", NOON)
    assert work_off(here, NOON) == 1


def test_old_slots_are_forgotten(here: Runtime) -> None:
    for hour in range(0, 120, 10):
        assert started(here, "sweep", NOON + hour * HOUR)
    with here.database.reading():
        count = session().scalar(select(func.count()).select_from(ScheduleRun)) or 0
        oldest = session().scalar(select(func.min(ScheduleRun.slot)))
        promises = session().scalar(select(func.count()).select_from(Promise))
    assert 1 < count < 8
    assert oldest is not None
    assert oldest >= NOON + 60 * HOUR
    assert promises == 1
