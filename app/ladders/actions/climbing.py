"""A climb from its beginning to its end: each step once, whoever looks, and only while it has a purpose."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.journal import Entry
from app.core.languages import gettext as _
from app.delivery import queries as deliveries
from app.delivery.models import Dispatch
from app.delivery.rules import Held
from app.delivery.rules import State as DispatchState
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.ladders import queries
from app.ladders.actions import doing
from app.ladders.actions.doing import Surroundings
from app.ladders.models import Climb, ClimbStep, Ladder
from app.ladders.rules import End, State, days
from app.ladders.rules.steps import Step, next_timed, on_return
from app.organisations import queries as organisations

DAY: Final = timedelta(days=1)
NOT_OUT: Final = frozenset(
    {DispatchState.HELD, DispatchState.QUEUED, DispatchState.SUBMITTING}
    | {DispatchState.COMPONENT_DOWN}
)


def begin(document_id: str) -> None:
    """Begin the climbs of a published document, one for each recipient; what it supersedes ends its."""
    document = documents.by_id(document_id)
    if document is None or document.state is not DocumentState.PUBLISHED:
        return
    if document.version > 1:
        for older in documents.in_lineage(document.lineage_id):
            look(older.id)
    customer = organisations.customer_by_id(document.customer_id or "")
    found = queries.ladder_for(customer, document.kind.value) if customer else None
    if found is None or not found.steps:
        return
    first: dict[str, Dispatch] = {}
    for dispatch in deliveries.of_document(document.id):
        first.setdefault(dispatch.recipient_id, dispatch)
    for dispatch in first.values():
        _begin(found, dispatch)


def _begin(ladder: Ladder, dispatch: Dispatch) -> None:
    """Put a document on the ladder towards its recipient, with the steps as they are now."""
    now, steps = clock.now(), ladder.rungs
    position = next_timed(steps, ())
    row = insert(Climb).values(
        id=ids.new(),
        organisation_id=dispatch.organisation_id,
        document_id=dispatch.document_id,
        customer_id=dispatch.customer_id,
        recipient_id=dispatch.recipient_id,
        dispatch_id=dispatch.id,
        steps=ladder.steps,
        state=State.RUNNING,
        since=now,
        next_position=position,
        next_deed=None if position is None else steps[position].deed,
        due_at=None if position is None else _when(dispatch.organisation_id, steps[position], now),
        created_at=now,
    )
    session().execute(row.on_conflict_do_nothing())


def _when(organisation_id: str, step: Step, since: datetime) -> datetime:
    house = organisations.organisation_by_id(organisation_id)
    part = queries.settings_of(organisation_id).subdivision
    return days.when(step, since, house.timezone, house.country, part)


def take_due(climb_id: str) -> None:
    """Take the step of a climb whose time has come; a job, and harmless twice."""
    climb = queries.by_id(climb_id)
    if climb is None or climb.next_position is None or climb.due_at is None:
        return
    if climb.due_at <= clock.now():
        _take(climb, climb.next_position, journal.SYSTEM)


def take_now(climb: Climb, position: int, who: Principal) -> None:
    """Take the next step now, because a person says so; raises `Refused` where it was taken meanwhile."""
    if position != upcoming(climb) or not _take(climb, position, who.actor):
        raise Refused(_("This step was taken already, or the ladder has ended."))


def upcoming(climb: Climb) -> int | None:
    """Return the position of the step that comes next, by its day or where something comes back."""
    if climb.state is not State.RUNNING:
        return None
    if climb.next_position is not None:
        return climb.next_position
    return on_return(climb.rungs, {one.position for one in queries.steps_of(climb.id)})


def return_of(happened: Entry) -> None:
    """Take the step for what did not arrive, at once."""
    dispatch = deliveries.by_id(str(happened.data.get("dispatch", "")))
    if dispatch is None or dispatch.state is not DispatchState.UNDELIVERABLE:
        return
    climb = queries.climb_of(dispatch.document_id, dispatch.recipient_id)
    if climb is None or climb.state is not State.RUNNING:
        return
    position = on_return(climb.rungs, {one.position for one in queries.steps_of(climb.id)})
    if position is not None:
        _take(climb, position, journal.SYSTEM)


def look(document_id: str) -> None:
    """End the climbs of a document that have no purpose any more: opened, paid, answered, taken back."""
    document = documents.by_id(document_id)
    for climb in queries.running_of(document_id) if document is not None else ():
        assert document is not None
        end = queries.over(climb, document, queries.dispatches_of(climb))
        if end is not None:
            _end(climb, document, end, journal.SYSTEM)


def stop(climb: Climb, who: Principal) -> None:
    """Stop a climb, because a person says so. Twice is harmless."""
    document = documents.by_id(climb.document_id)
    assert document is not None
    _end(climb, document, End.BY_HAND, who.actor)


def _lock(climb: Climb) -> bool:
    """Keep others from a climb until this transaction is over; False where it has ended."""
    held = (
        update(Climb)
        .where(Climb.id == climb.id, Climb.state == State.RUNNING)
        .values(state=State.RUNNING)
        .returning(Climb.id)
        .execution_options(synchronize_session=False)
    )
    is_held = session().execute(held).first() is not None
    session().refresh(climb)
    return is_held


def _take(climb: Climb, position: int, by: journal.Actor) -> bool:
    """Take one step, once; False where it was taken, or there is no reason for it any more."""
    if not _lock(climb):
        return False
    taken = queries.steps_of(climb.id)
    if position in {one.position for one in taken}:
        return False
    around = doing.surroundings(climb)
    end = queries.over(climb, around.document, around.sent)
    if end is not None:
        _end(climb, around.document, end, journal.SYSTEM)
        return False
    is_timed = position == climb.next_position and by == journal.SYSTEM
    if is_timed and _put_off(climb, around, is_first=not taken):
        return False
    done = doing.do(climb.rungs[position].deed, around, f"climb:{climb.id}:{position}", by)
    step = ClimbStep(
        climb_id=climb.id,
        position=position,
        deed=climb.rungs[position].deed,
        hindrance=done.hindrance,
        cost_minor=done.cost_minor,
        by_name="" if by == journal.SYSTEM else by.name[:200],
        at=clock.now(),
    )
    session().add(step)
    _note_step(climb, around.document, step, by)
    _go_on(climb, around.document, {one.position for one in taken} | {position})
    return True


def _put_off(climb: Climb, around: Surroundings, *, is_first: bool) -> bool:
    """Wait for what has not gone out; its days count from when it has. False: the step is due."""
    waits = [one for one in around.sent if one.state in NOT_OUT]
    if any(one.held_because is Held.OBSTACLE for one in waits):
        return False
    handed = [one.handed_at for one in around.sent if one.handed_at is not None]
    if waits and not handed:
        climb.due_at = days.morning(clock.today(around.house.timezone) + DAY, around.house.timezone)
        return True
    assert climb.next_position is not None
    if not is_first or not handed or min(handed) <= climb.since:
        return False
    climb.since = min(handed)
    due = _when(climb.organisation_id, climb.rungs[climb.next_position], climb.since)
    if due <= clock.now():
        return False
    climb.due_at = due
    return True


def _go_on(climb: Climb, document: Document, done: set[int]) -> None:
    """Let the next step wait for its day; where none is left, the climb is finished."""
    climb.since, steps = clock.now(), climb.rungs
    position = next_timed(steps, done)
    climb.next_position = position
    climb.next_deed = None if position is None else steps[position].deed
    climb.due_at = (
        None if position is None else _when(climb.organisation_id, steps[position], climb.since)
    )
    session().flush()
    if position is None and on_return(steps, done) is None:
        _end(climb, document, End.DONE, journal.SYSTEM)


def _end(climb: Climb, document: Document, end: End, by: journal.Actor) -> None:
    state = State.STOPPED if end is End.BY_HAND else State.FINISHED
    ended = (
        update(Climb)
        .where(Climb.id == climb.id, Climb.state == State.RUNNING)
        .values(
            state=state,
            next_position=None,
            next_deed=None,
            due_at=None,
            ended_because=end,
            ended_at=clock.now(),
        )
        .returning(Climb.id)
        .execution_options(synchronize_session=False)
    )
    is_ended = session().execute(ended).first() is not None
    session().refresh(climb)
    if is_ended:
        _note(f"ladder.{state.value}", document, by, because=end.value)


def _note_step(climb: Climb, document: Document, step: ClimbStep, by: journal.Actor) -> None:
    name = "ladder.step_skipped" if step.hindrance else "ladder.step_taken"
    said = {"why": step.hindrance} if step.hindrance else {}
    _note(name, document, by, step=step.position + 1, deed=step.deed.value, climb=climb.id, **said)


def _note(name: str, document: Document, by: journal.Actor, **data: object) -> None:
    journal.record(
        name,
        by,
        organisation_id=document.organisation_id,
        about=("document", document.id),
        version=document.version,
        **data,
    )
