from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.errors import Refused
from app.core.journal import Entry
from app.core.progress import WorkState
from app.documents.actions import keeping
from app.documents.formats.examination import Examination, Syntax
from app.documents.rules.kinds import Kind
from app.intake import queries
from app.intake.actions import course, taking
from app.intake.actions.taking import Examined
from app.intake.models import Intake, IntakeItem, ItemState
from app.organisations.models import Customer, Organisation
from tests.factories import BY, einvoice


@pytest.fixture
def batch(house: Organisation, keller: Customer) -> Callable[[int], Intake]:
    """An intake of as many files as one likes."""

    def begun(files: int) -> Intake:
        stored = [keeping.store(house.id, f"{n}.xml", b"%d" % n) for n in range(files)]
        return taking.start(house.id, BY, stored, creates_customers=False)

    return begun


def turns(intake: Intake) -> list[int]:
    """Return the places of the files whose turn it is."""
    rows = select(IntakeItem.position).where(
        IntakeItem.intake_id == intake.id,
        IntakeItem.state == ItemState.WAITING,
        IntakeItem.is_promised,
    )
    return sorted(current(rows))


def current(rows: object) -> list[int]:
    return list(course.session().scalars(rows))  # type: ignore[call-overload]


def promises(session: Session) -> int:
    session.flush()
    return session.scalar(select(func.count()).where(outbox.Promise.task == course.TAKE_IN)) or 0


def take(intake: Intake, place: int) -> None:
    """Take in one file, as a worker does."""
    one = queries.items(intake.id, None, place - 1, back=False, limit=1)[0]
    waiting = taking.waiting(one.id)
    assert waiting is not None
    found = Examination(Syntax.UBL_INVOICE, "application/xml", Kind.INVOICE, einvoice(f"N-{place}"))
    taking.keep(Examined(waiting, found, ()), BY)
    course.session().flush()


def names(session: Session, intake: Intake) -> list[str]:
    rows = select(Entry.name).where(Entry.object_id == intake.id).order_by(Entry.id)
    return list(session.scalars(rows))


def test_only_a_window_of_files_has_its_turn(
    batch: Callable[[int], Intake], session: Session
) -> None:
    intake = batch(course.WINDOW + 10)
    assert turns(intake) == list(range(course.WINDOW))
    assert promises(session) == course.WINDOW


def test_a_file_that_is_done_hands_its_turn_to_the_next(
    batch: Callable[[int], Intake], session: Session
) -> None:
    intake = batch(course.WINDOW + 2)
    take(intake, 5)
    assert turns(intake) == [n for n in range(course.WINDOW + 1) if n != 5]
    taking.fail(queries.waiting_items(intake.id)[0])
    assert turns(intake)[-1] == course.WINDOW + 1
    assert promises(session) == course.WINDOW + 2


def test_the_last_file_finishes_the_intake(batch: Callable[[int], Intake]) -> None:
    intake = batch(2)
    take(intake, 0)
    assert intake.state is WorkState.RUNNING
    take(intake, 1)
    assert intake.state is WorkState.FINISHED


def test_a_stopped_intake_begins_nothing_and_finishes_what_is_in_hand(
    batch: Callable[[int], Intake], session: Session
) -> None:
    intake = batch(course.WINDOW + 5)
    first, second = queries.waiting_items(intake.id)[:2]
    in_hand = taking.waiting(first)
    assert in_hand is not None
    course.stop(intake, BY)
    assert taking.waiting(second) is None, "it loses its turn"
    taking.fail(first)
    assert turns(intake) == list(range(2, course.WINDOW)), "and nobody gets it"
    assert intake.state is WorkState.STOPPED
    assert names(session, intake) == ["intake.started", "intake.stopped"]


def test_a_resumed_intake_gives_turns_again(
    batch: Callable[[int], Intake], session: Session
) -> None:
    intake = batch(4)
    course.stop(intake, BY)
    for item in queries.waiting_items(intake.id):
        assert taking.waiting(item) is None
    assert turns(intake) == []
    course.resume(intake, BY)
    assert turns(intake) == [0, 1, 2, 3]
    for place in range(4):
        take(intake, place)
    assert intake.state is WorkState.FINISHED
    assert names(session, intake)[-1] == "intake.resumed"


def test_the_pace_counts_from_the_resumption(batch: Callable[[int], Intake]) -> None:
    intake = batch(3)
    take(intake, 0)
    assert (intake.resumed_at, intake.done_before) == (None, 0)
    course.stop(intake, BY)
    course.resume(intake, BY)
    assert intake.resumed_at is not None
    assert intake.done_before == 1


def test_what_failed_is_tried_again_one_or_all(
    batch: Callable[[int], Intake], session: Session
) -> None:
    intake = batch(3)
    items = queries.waiting_items(intake.id)
    for item in items:
        taking.fail(item)
    assert intake.state is WorkState.FINISHED
    assert course.retry(intake, BY, items[1]) == 1
    assert (turns(intake), intake.state) == ([1], WorkState.RUNNING)
    assert course.retry(intake, BY) == 2
    assert turns(intake) == [0, 1, 2]
    with pytest.raises(Refused):
        course.retry(intake, BY)


def test_a_promise_that_was_given_up_is_due_again(
    batch: Callable[[int], Intake], session: Session
) -> None:
    intake = batch(1)
    (item,) = queries.waiting_items(intake.id)
    taking.fail(item)
    session.execute(update(outbox.Promise).values(dead=True, attempts=5))
    course.retry(intake, BY)
    found = session.scalars(select(outbox.Promise).execution_options(populate_existing=True)).one()
    assert (found.dead, found.attempts) == (False, 0)


@pytest.mark.parametrize("verb", [course.stop, course.resume, course.retry])
def test_a_finished_intake_is_left_alone(
    batch: Callable[[int], Intake], verb: Callable[..., object]
) -> None:
    intake = batch(1)
    take(intake, 0)
    with pytest.raises(Refused):
        verb(intake, BY)
    assert intake.state is WorkState.FINISHED


def test_a_stopped_intake_is_resumed_before_anything_is_tried_again(
    batch: Callable[[int], Intake],
) -> None:
    intake = batch(2)
    taking.fail(queries.waiting_items(intake.id)[0])
    course.stop(intake, BY)
    with pytest.raises(Refused):
        course.retry(intake, BY)


def test_files_are_walked_through_in_order_and_by_state(batch: Callable[[int], Intake]) -> None:
    intake = batch(9)
    for place in (1, 4, 8):
        taking.fail(queries.items(intake.id, None, place - 1, back=False, limit=1)[0].id)
    course.session().flush()

    def places(state: ItemState | None, cursor: int | None, *, back: bool = False) -> list[int]:
        return [one.position for one in queries.items(intake.id, state, cursor, back=back, limit=3)]

    assert places(None, None) == [0, 1, 2]
    assert places(None, 5) == [6, 7, 8]
    assert places(None, 5, back=True) == [2, 3, 4]
    assert places(ItemState.FAILED, None) == [1, 4, 8]
    assert places(ItemState.FAILED, 8, back=True) == [1, 4]
