"""The steps of a dispatch as a row of marks (B2-17): pure, for every state and every answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.delivery.rules.attempts import LeftOut
from app.delivery.rules.states import Held, Response, State


class Mark(StrEnum):
    """How a step stands; each has a shape, a colour and a word."""

    DONE = "done"
    RUNNING = "running"
    WAITING = "waiting"
    NOT_CONFIGURED = "not_configured"
    DEFERRED = "deferred"
    """Somebody, or a rule, put it off."""
    WARNING = "warning"
    """Done, with a remark."""
    FAILED = "failed"


MARK_NAMES: Final = {
    Mark.DONE: N_("done"),
    Mark.RUNNING: N_("running"),
    Mark.WAITING: N_("not yet"),
    Mark.NOT_CONFIGURED: N_("not configured"),
    Mark.DEFERRED: N_("put off"),
    Mark.WARNING: N_("done with a remark"),
    Mark.FAILED: N_("failed"),
}


class Stage(StrEnum):
    """The steps, in their order."""

    RELEASED = "released"
    CHECKED = "checked"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    READ = "read"


STAGE_NAMES: Final = {
    Stage.RELEASED: N_("Released"),
    Stage.CHECKED: N_("Checked"),
    Stage.HANDED_OVER: N_("Handed over"),
    Stage.ACCEPTED: N_("Accepted by the partner"),
    Stage.UNDER_WAY: N_("On its way"),
    Stage.DELIVERED: N_("At the recipient"),
    Stage.READ: N_("Opened or answered"),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the marks follow from."""

    state: State
    response: Response = Response.NONE
    held: Held | None = None
    attempts: int = 0
    was_handed: bool = False
    """The other side had it, in the present round."""
    is_opened: bool = False
    is_delayed: bool = False
    is_test: bool = False
    left_out: LeftOut | None = None
    confirms: bool = True
    """The channel tells what becomes of it after it was handed over."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step and its mark."""

    stage: Stage
    mark: Mark


_ORDER: Final = tuple(Stage)
_REACHED: Final = {
    State.SUBMITTED: Stage.HANDED_OVER,
    State.ACCEPTED: Stage.ACCEPTED,
    State.DISPATCHED: Stage.UNDER_WAY,
    State.DELIVERED: Stage.DELIVERED,
}
_STOPS_AT: Final = {
    State.COMPONENT_DOWN: Stage.HANDED_OVER,
    State.UNCERTAIN: Stage.HANDED_OVER,
    State.FAILED: Stage.HANDED_OVER,
    State.EXPIRED: Stage.DELIVERED,
}
"""At which step a dispatch came to an end, or is stuck."""
_TURNED_DOWN: Final = {
    State.REJECTED: (Stage.CHECKED, Stage.ACCEPTED),
    State.UNDELIVERABLE: (Stage.HANDED_OVER, Stage.DELIVERED),
}
"""Where the other side said no: while it was handed over, or after that."""


def steps_of(facts: Facts) -> list[Step]:
    """Return every step with its mark, in order; what is not known is not claimed."""
    return [Step(stage, _mark(stage, facts)) for stage in _ORDER]


def _mark(stage: Stage, facts: Facts) -> Mark:
    if stage is Stage.READ:
        return _read(facts)
    if facts.state is State.HELD:
        return _held(stage, facts)
    if facts.state is State.CANCELLED:
        return _withdrawn(stage, facts)
    if facts.state in _TURNED_DOWN:
        return _up_to(stage, _TURNED_DOWN[facts.state][facts.was_handed], facts)
    if facts.state in _STOPS_AT:
        return _up_to(stage, _STOPS_AT[facts.state], facts)
    if facts.state in (State.QUEUED, State.SUBMITTING):
        return _waiting(stage, facts)
    return _done(stage, _REACHED[facts.state], facts)


def _place(stage: Stage) -> int:
    return _ORDER.index(stage)


def _read(facts: Facts) -> Mark:
    if facts.response is Response.REJECTED:
        return Mark.FAILED
    if facts.response in (Response.UNDER_QUERY, Response.CONDITIONALLY_ACCEPTED):
        return Mark.WARNING
    is_answered = facts.response not in (Response.NONE, Response.RECEIVED)
    return Mark.DONE if facts.is_opened or is_answered else Mark.WAITING


def _held(stage: Stage, facts: Facts) -> Mark:
    if stage is Stage.RELEASED:
        return Mark.NOT_CONFIGURED if facts.held is Held.OBSTACLE else Mark.DEFERRED
    return Mark.WAITING


def _withdrawn(stage: Stage, facts: Facts) -> Mark:
    stops = Stage.HANDED_OVER if facts.attempts else Stage.RELEASED
    if facts.was_handed:
        stops = Stage.ACCEPTED
    if stage is stops:
        return Mark.DEFERRED
    return Mark.WAITING if _place(stage) > _place(stops) else _passed(stage, facts)


def _up_to(stage: Stage, stops: Stage, facts: Facts) -> Mark:
    """Return the mark where everything before `stops` is done and that one is not."""
    if stage is stops:
        return Mark.WARNING if facts.state is State.UNCERTAIN else Mark.FAILED
    if _place(stage) > _place(stops):
        return Mark.WAITING
    return _passed(stage, facts)


def _waiting(stage: Stage, facts: Facts) -> Mark:
    if stage is Stage.HANDED_OVER:
        return Mark.RUNNING if facts.state is State.SUBMITTING else Mark.WAITING
    if stage is Stage.CHECKED:
        return Mark.DONE if facts.state is State.SUBMITTING or facts.attempts else Mark.WAITING
    return Mark.DONE if stage is Stage.RELEASED else Mark.WAITING


def _done(stage: Stage, reached: Stage, facts: Facts) -> Mark:
    if _place(stage) <= _place(reached):
        return _passed(stage, facts)
    if not facts.confirms:
        return Mark.NOT_CONFIGURED
    is_next = _place(stage) == _place(reached) + 1
    return Mark.RUNNING if is_next else Mark.WAITING


def _passed(stage: Stage, facts: Facts) -> Mark:
    """Return the mark of a step that is behind: with a remark where there is one to make."""
    has_remark = {
        Stage.HANDED_OVER: facts.is_test or facts.left_out is not None,
        Stage.UNDER_WAY: facts.is_delayed,
    }
    return Mark.WARNING if has_remark.get(stage, False) else Mark.DONE
