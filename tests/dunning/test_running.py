"""The daily run: at the house's own hour, once a day, made up once, flat however much is open."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.core import clock
from app.core.progress import WorkState
from app.core.runtime import Runtime
from app.documents.models import Document
from app.dunning import queries
from app.dunning.actions import deciding, running
from app.dunning.models import ReminderRun, ReminderSettings
from tests.dunning import houses
from tests.dunning.houses import DUE, House, at, day_of, invoice, reminders, work

FIRST = DUE + timedelta(days=10)


def runs(here: Runtime) -> list[tuple[str, date]]:
    with here.database.reading() as opened:
        rows = select(ReminderRun).order_by(ReminderRun.id)
        return [(one.key, one.day) for one in opened.scalars(rows)]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 2, 5, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 2, 6, 0, tzinfo=UTC), date(2026, 3, 2)),
        # In summer seven o'clock comes an hour earlier; on the night of the change all the same once.
        (datetime(2026, 3, 29, 4, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 5, 0, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_the_hour_is_the_one_on_the_wall_of_the_house(moment: datetime, day: date) -> None:
    assert deciding.slot(moment, "Europe/Zurich", 7) == day


def test_a_day_has_one_run_however_often_the_timetable_looks(here: Runtime, house: House) -> None:
    del house
    for hour in (4, 5, 6, 7, 12, 20, 22):
        day_of(here, DUE, hour)
    assert [key for key, _day in runs(here)] == ["2026-03-02"]


def test_what_was_missed_is_made_up_once_and_as_of_now(here: Runtime, house: House) -> None:
    invoice(here, house, "A-1")
    day_of(here, DUE)
    # Three days off, and on again before the hour of the fourth.
    again = DUE + timedelta(days=4)
    day_of(here, again, hour=3)
    day_of(here, again, hour=4)
    day_of(here, again, hour=9)
    assert runs(here) == [
        ("2026-03-02", DUE),
        ("2026-03-05", again),
        ("2026-03-06", again),
    ]


def test_what_is_switched_on_begins_with_the_next_hour(here: Runtime) -> None:
    one = houses.house(here, is_on=False)
    invoice(here, one, "A-1")
    day_of(here, FIRST)
    with clock.standing_at(at(FIRST)), here.database.transaction():
        houses.decide(one)
    day_of(here, FIRST, hour=12)
    assert runs(here) == []
    day_of(here, FIRST + timedelta(days=1))
    assert len(reminders(here)) == 1


def test_a_run_goes_through_all_that_is_open_slice_by_slice(
    here: Runtime, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SLICE", 3)
    found = [
        invoice(here, house, f"A-{number}", DUE + timedelta(days=number)) for number in range(8)
    ]
    with here.database.transaction() as opened:
        houses.decide(house, collecting="document", by_default=False)
        opened.execute(update(Document).where(Document.id == found[0]).values(reminded_level=3))
    day_of(here, FIRST + timedelta(days=20))
    with here.database.reading():
        run = queries.last_run(house.organisation.id)
        assert run is not None
        assert (run.state, run.due, run.spared) == (WorkState.FINISHED, {}, {"spared": 7})
    with here.database.transaction():
        houses.decide(house, collecting="document")
    with clock.standing_at(at(FIRST + timedelta(days=20))):
        with here.database.transaction():
            running.start(house.organisation, house.who, "0" * 26)
            running.start(house.organisation, house.who, "0" * 26)
        work(here, ["dunning.run"])
    with here.database.reading():
        run = queries.last_run(house.organisation.id)
        assert run is not None
        assert (run.due, run.ordered, run.by_name) == ({"1": 7}, 7, "Anna Amsler")


def test_the_list_goes_on_where_it_stopped_in_both_directions(here: Runtime, house: House) -> None:
    for number in range(7):
        invoice(here, house, f"A-{number}", DUE + timedelta(days=number % 3))
    with here.database.transaction() as opened:
        ids = opened.scalars(select(Document.id).order_by(Document.number)).all()
        for place in (2, 5):
            moved = update(Document).where(Document.id == ids[place])
            opened.execute(moved.values(reminded_level=1, reminded_on=DUE))
    with here.database.reading() as opened:
        of = opened.get_one(ReminderSettings, house.organisation.id)
        day = FIRST + timedelta(days=40)
        every = [queries.place_of(one) for one in queries.due(of, day, limit=50)]
        assert every == sorted(every)
        assert len(every) == 7
        for place in range(6):
            after = queries.due(of, day, every[place], limit=2)
            assert [queries.place_of(one) for one in after] == every[place + 1 : place + 3]
            before = queries.due(of, day, every[place], limit=2, back=True)
            assert [queries.place_of(one) for one in before] == every[max(0, place - 2) : place]
            written = running.cursor(every[place])
            assert running.place(written) == every[place]
    assert [running.place(one) for one in (None, "", "x~2026-01-01~a", "1~1~1")] == [None] * 4


def test_nothing_is_done_for_a_house_that_has_decided_nothing(here: Runtime) -> None:
    with here.database.transaction() as opened:
        running.start_due()
        assert opened.scalar(select(func.count()).select_from(ReminderRun)) == 0
