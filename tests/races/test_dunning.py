"""Many at once: every invoice reaches a level once, however many look, decide, make and pay."""

from datetime import timedelta

from sqlalchemy import func, select

from app.core import clock
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.dunning.actions import ordering, running
from app.dunning.models import Reminder, ReminderRun, ReminderStep
from app.dunning.queries import due, settings_of
from app.dunning.rules import State
from jobs import runner
from tests import cast
from tests.dunning import houses
from tests.dunning.houses import DUE, at, invoice, pay
from tests.factories import BY
from tests.races.together import Meeting, together

THREADS = 8
FIRST = DUE + timedelta(days=10)


def promises(here: Runtime, task: str) -> list[str]:
    with here.database.reading() as opened:
        return list(opened.scalars(select(Promise.id).where(Promise.task == task)))


def test_two_relays_begin_a_day_once(here: Runtime) -> None:
    houses.house(here)

    def look(_number: int) -> None:
        with clock.standing_at(at(FIRST)):
            running.start_due()

    together(here, THREADS, look)
    with here.database.reading() as opened:
        assert opened.scalar(select(func.count()).select_from(ReminderRun)) == 1
    assert len(promises(here, "dunning.run")) == 1


def test_who_runs_the_same_day_at_once_orders_every_invoice_once(here: Runtime) -> None:
    house = houses.house(here)
    with here.database.transaction():
        huber = cast.customer(house.organisation, "K-2", "Max Huber", None)
    numbers = [f"A-{number}" for number in range(6)]
    for place, number in enumerate(numbers):
        invoice(here, house, number, customer=(house.keller, huber)[place % 2])
    meeting = Meeting(here, THREADS)

    def order(_number: int) -> int:
        of = settings_of(house.organisation.id)
        assert of is not None
        found = due(of, FIRST, limit=50)
        assert len(found) in (0, 6)
        meeting.wait()
        return ordering.order(of, found, FIRST, BY)[0]

    counts = together(here, THREADS, order)
    assert sorted(counts) == [0] * (THREADS - 1) + [2]
    with here.database.reading() as opened:
        assert opened.scalar(select(func.count()).select_from(Reminder)) == 2
        assert opened.scalar(select(func.count()).select_from(ReminderStep)) == 6


def test_money_that_comes_while_it_is_written_is_never_asked_for(here: Runtime) -> None:
    house = houses.house(here, collecting="document")
    found = [invoice(here, house, f"A-{number}") for number in range(THREADS)]
    with clock.standing_at(at(FIRST)):
        with here.database.transaction():
            running.start_due()
        houses.work(here, ["dunning.run"])
    made = promises(here, "dunning.make")

    def work(number: int) -> None:
        with clock.standing_at(at(FIRST)):
            if number % 2:
                runner.run(here, made[number // 2])
            else:
                pay(here, found[number // 2])

    together(here, THREADS, work, in_transaction=False)
    with clock.standing_at(at(FIRST + timedelta(days=1))):
        houses.work(here)
    with here.database.reading() as opened:
        states = opened.scalars(select(Reminder.state)).all()
        reminded = opened.scalars(
            select(Document.number).where(Document.kind == Kind.REMINDER)
        ).all()
        steps = opened.scalar(select(func.count()).select_from(ReminderStep))
    assert set(states) <= {State.MADE, State.STOPPED}
    assert len(reminded) == len(set(reminded)) == states.count(State.MADE) == steps
    assert len(reminded) >= THREADS // 2
