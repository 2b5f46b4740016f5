"""The course of an intake: whose turn it is, stop, resume, try again.

Of the files that wait only a window of `WINDOW` has promises. A file that is done hands its turn to
the next in the transaction that settles it, so that ten thousand files of one house never stand
before the one file of another. As long as a file of a running intake waits, some file has a turn.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select, update

from app.core import clock, journal, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.progress import WorkState
from app.intake import queries
from app.intake.models import Intake, IntakeItem, ItemState

TAKE_IN = "intake.take_in"
WINDOW: Final = 64


def promise_key(item_id: str) -> str:
    """Return the key under which taking in a file is promised."""
    return f"take-in:{item_id}"


def begin(intake: Intake) -> None:
    """Give the first files that wait their turn."""
    for item_id in _next(intake.id, WINDOW):
        _promise(intake, item_id)


def join(intake: Intake, first: int, end: int) -> None:
    """Let the files from the position `first` to before `end` take part: their bytes are there now."""
    of = IntakeItem.intake_id == intake.id
    waits = IntakeItem.state == ItemState.WAITING
    own = (of, waits, IntakeItem.position >= first, IntakeItem.position < end)
    free = update(IntakeItem).where(*own).values(is_promised=False)
    session().execute(free.execution_options(synchronize_session=False))
    before = (of, waits, IntakeItem.is_promised, IntakeItem.position < first)
    at_work = session().scalar(select(func.count()).select_from(IntakeItem).where(*before)) or 0
    if intake.state is not WorkState.STOPPED:
        for item_id in _next(intake.id, max(0, WINDOW - at_work)):
            _promise(intake, item_id)


def hand_on(intake: Intake) -> None:
    """Give the next file its turn after one is done; the last one finishes the intake."""
    session().flush()
    if intake.state is not WorkState.STOPPED:
        following = _next(intake.id, 1)
        if following:
            _promise(intake, following[0])
            return
    _finish(intake)


def put_aside(intake: Intake, item: IntakeItem) -> bool:
    """Take a file's turn away where the intake is stopped; False where it goes on."""
    # Nobody resumes meanwhile: who does sees afterwards that this file has no turn.
    state = select(Intake.state).where(Intake.id == intake.id).with_for_update(read=True)
    if session().scalar(state) is not WorkState.STOPPED:
        return False
    item.is_promised = False
    return True


def stop(intake: Intake, by: journal.Actor) -> None:
    """Begin no further file; raises `Refused` where nothing is going on."""
    if not _move(intake, WorkState.RUNNING, WorkState.STOPPED):
        raise Refused(_("This intake is not at work. Nothing was changed."))
    _note("intake.stopped", intake, by)


def resume(intake: Intake, by: journal.Actor) -> None:
    """Go on with a stopped intake; raises `Refused` where it was not stopped."""
    if not _move(intake, WorkState.STOPPED, WorkState.RUNNING):
        raise Refused(_("This intake is not stopped. Nothing was changed."))
    _pace(intake)
    begin(intake)
    _finish(intake)
    _note("intake.resumed", intake, by)


def retry(intake: Intake, by: journal.Actor, item_id: str | None = None) -> int:
    """Try every failed file again, or one; return how many. Raises `Refused` where there is none."""
    _hold(intake)
    if intake.state is WorkState.STOPPED:
        raise Refused(_("This intake is stopped. Resume it first."))
    # A scanner may have been wrong, and know better by now: one by one, never all at once.
    states = [ItemState.FAILED] if item_id is None else [ItemState.FAILED, ItemState.QUARANTINED]
    failed = [IntakeItem.intake_id == intake.id, IntakeItem.state.in_(states)]
    if item_id is not None:
        failed.append(IntakeItem.id == item_id)
    again = update(IntakeItem).where(*failed).values(state=ItemState.WAITING, is_promised=False)
    count: int = session().execute(again).rowcount  # type: ignore[attr-defined]
    if not count:
        raise Refused(_("Nothing has failed here. Nothing was changed."))
    _move(intake, WorkState.FINISHED, WorkState.RUNNING)
    _pace(intake)
    begin(intake)
    _note("intake.tried_again", intake, by, files=count)
    return count


def _next(intake_id: str, count: int) -> list[str]:
    """Give at most `count` files that wait a turn, in order; what others give at this moment is theirs."""
    free = (
        select(IntakeItem.id)
        .where(
            IntakeItem.intake_id == intake_id,
            IntakeItem.state == ItemState.WAITING,
            IntakeItem.is_promised.is_(False),
        )
        .order_by(IntakeItem.position)
        .limit(count)
        .with_for_update(skip_locked=True)
    )
    found = list(session().scalars(free))
    if found:
        turn = update(IntakeItem).where(IntakeItem.id.in_(found)).values(is_promised=True)
        session().execute(turn.execution_options(synchronize_session=False))
    return found


def _promise(intake: Intake, item_id: str) -> None:
    key = promise_key(item_id)
    outbox.promise(TAKE_IN, organisation_id=intake.organisation_id, key=key, item=item_id)


def _finish(intake: Intake) -> None:
    """Mark the intake as finished where no file waits; the last two ask one after the other."""
    _hold(intake)
    waits = exists().where(IntakeItem.intake_id == intake.id, IntakeItem.state == ItemState.WAITING)
    _change(intake, Intake.state != WorkState.FINISHED, ~waits, state=WorkState.FINISHED)


def _hold(intake: Intake) -> None:
    session().execute(select(Intake.id).where(Intake.id == intake.id).with_for_update())
    session().refresh(intake)


def _move(intake: Intake, source: WorkState, target: WorkState) -> bool:
    return _change(intake, Intake.state == source, state=target)


def _pace(intake: Intake) -> None:
    """Measure the pace from now on: while nobody worked, time went by."""
    done = intake.total - queries.progress_of(intake.id)[ItemState.WAITING]
    _change(intake, resumed_at=clock.now(), done_before=done)


def _change(intake: Intake, *conditions: ColumnElement[bool], **values: Any) -> bool:
    session().flush()
    change = update(Intake).where(Intake.id == intake.id, *conditions)
    changed = session().execute(
        change.values(**values).execution_options(synchronize_session=False)
    )
    session().refresh(intake)
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _note(name: str, intake: Intake, by: journal.Actor, **data: Any) -> None:
    journal.record(
        name, by, organisation_id=intake.organisation_id, about=("intake", intake.id), **data
    )
