"""Twenty at once: a table is started once, a slice unpacked once, a stranger made once."""

from sqlalchemy import func, select

from app.core import outbox
from app.core.db import session
from app.core.runtime import Runtime
from app.documents.models import Document
from app.intake import queries
from app.intake.actions import course, tables, taking, unpacking
from app.intake.models import Intake, IntakeItem
from app.organisations.models import Customer
from tests import cast
from tests.factories import BY
from tests.intake.packs import brought, csv, letters, row
from tests.races.together import THREADS, Meeting, together

NUMBERS = [f"N-{number}" for number in range(THREADS)]


def bring(here: Runtime) -> str:
    """Bring a table in which every row has the same customer, told by the name only."""
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        rows = [row(number, "", "Lena Neu") for number in NUMBERS]
        return brought(house.id, csv(*rows), letters(*NUMBERS)).id


def start(table_id: str) -> str:
    table = queries.table_by_id(table_id)
    assert table is not None
    return tables.start(table, tables.planned(table).good, BY, creates_customers=True).id


def count(here: Runtime, what: type) -> int:
    with here.database.reading():
        return session().scalar(select(func.count()).select_from(what)) or 0


def test_a_table_is_started_once(here: Runtime) -> None:
    table_id, meeting = bring(here), Meeting(here, THREADS)

    def begin(_number: int) -> str:
        queries.table_by_id(table_id)
        meeting.wait()
        return start(table_id)

    assert len(together(here, THREADS, begin)) == 1
    assert (count(here, Intake), count(here, IntakeItem)) == (1, THREADS)


def test_a_slice_is_written_down_once(here: Runtime) -> None:
    table_id = bring(here)
    with here.database.transaction():
        start(table_id)
    with here.database.transaction():
        packed = unpacking.packed(table_id)
    assert packed is not None
    together(here, THREADS, lambda _number: unpacking.unpacked(packed))
    with here.database.reading():
        promised = select(func.count()).where(outbox.Promise.task == course.TAKE_IN)
        assert session().scalar(promised) == THREADS


def test_a_stranger_who_is_told_by_the_name_is_made_once(here: Runtime) -> None:
    table_id = bring(here)
    with here.database.transaction():
        intake_id = start(table_id)
    with here.database.transaction():
        packed = unpacking.packed(table_id)
    assert packed is not None
    unpacking.unpack(packed)
    with here.database.transaction():
        unpacking.unpacked(packed)
    with here.database.reading():
        items = queries.waiting_items(intake_id)

    def take_in(number: int) -> None:
        with here.database.reading():
            waiting = taking.waiting(items[number])
        assert waiting is not None
        found = taking.examined(waiting)
        with here.database.transaction():
            taking.keep(found, BY)

    together(here, THREADS, take_in, in_transaction=False)
    assert (count(here, Customer), count(here, Document)) == (1, THREADS)
