"""Twenty relays at once start one slot once; twenty counts of one day leave one; one click ends it once."""

from datetime import timedelta

from sqlalchemy import func, select

from app.core import clock, outbox
from app.core.db import session
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.delivery.rules import State
from app.reports.actions import counting, keeping, running
from app.reports.models import DispatchDay, ReportRecipient, ReportRun
from app.reports.queries import reports
from app.reports.rules.timing import Interval, When
from tests.races.together import THREADS, Meeting, together
from tests.reports.stage import DAILY, NOW, staged

TOMORROW = NOW + timedelta(days=1)


def test_twenty_relays_start_a_slot_once(here: Runtime) -> None:
    with clock.standing_at(NOW), here.database.transaction() as opened:
        stage = staged(opened)
        stage.report(DAILY)
        stage.report(When(Interval.AT_ONCE, 0))
        stage.dispatches(opened, 1, State.FAILED, TOMORROW - timedelta(hours=1))
    meeting = Meeting(here, THREADS)

    def look(_number: int) -> None:
        with clock.standing_at(TOMORROW):
            meeting.wait()
            running.start_due()

    together(here, THREADS, look)
    with here.database.reading():
        slots = session().execute(select(ReportRun.report_id, ReportRun.slot)).all()
        promises = select(func.count()).where(outbox.Promise.task == "reports.make")
        assert len(slots) == len(set(slots)) == session().scalar(promises) == 2


def test_twenty_clicks_end_a_report_once(here: Runtime) -> None:
    with here.database.transaction() as opened:
        stage = staged(opened)
        stage.report()
        recipient_id = opened.scalars(select(ReportRecipient.id)).one()

    def click(_number: int) -> bool:
        recipient = reports.recipient_by_id(recipient_id)
        assert recipient is not None
        return keeping.leave(recipient)

    assert sum(together(here, THREADS, click)) == 1
    with here.database.reading():
        assert session().scalar(select(func.count()).where(Entry.name == "report.left")) == 1


def test_of_twenty_counts_one_is_kept_and_no_day_is_there_twice(here: Runtime) -> None:
    with here.database.transaction() as opened:
        stage = staged(opened)
        stage.dispatches(opened, 5, State.SUBMITTED, NOW)
        planned = counting.plan(stage.house.id)
    with clock.standing_at(NOW):
        counted = counting.count(planned)
    again = together(here, THREADS, lambda _number: counting.keep(planned, counted))
    assert again.count(False) == 1
    with here.database.reading():
        assert session().scalars(select(DispatchDay.count)).all() == [5]
