"""Requests that nobody confirmed or decided on in time, and those that were decided on long ago."""

from sqlalchemy import update

from app.core import clock, journal
from app.core.db import session
from app.notices import actions as notices
from app.sign_up import queries, rules
from app.sign_up.actions import asking, telling
from app.sign_up.actions.lines import KIND, note
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State

SLICE = 200
"""Requests that end in one transaction; the rest waits for the next sweep."""
DECIDED = (State.APPROVED, State.REFUSED, State.EXPIRED)


def sweep() -> None:
    """End what is over: forget what nobody confirmed, tell those whom nobody answered, remove the old."""
    now = clock.now()
    for one in queries.over(State.ASKED, now - rules.CONFIRM_WITHIN, SLICE):
        if asking.forget(one):
            notices.forget(KIND, one.id)
            note("access_request.expired", journal.SYSTEM, one.organisation_id, one.id)
    for one in queries.over(State.WAITING, now - rules.DECIDE_WITHIN, SLICE):
        _expire(one)
    for state in DECIDED:
        for one in queries.over(state, now - rules.KEPT_FOR, SLICE):
            notices.forget(KIND, one.id)
            session().delete(one)


def _expire(one: AccessRequest) -> None:
    ended = session().execute(
        update(AccessRequest)
        .where(AccessRequest.id == one.id, AccessRequest.state == State.WAITING)
        .values(state=State.EXPIRED, decided_at=clock.now())
        .returning(AccessRequest.id)
    )
    if ended.first() is not None:
        note("access_request.expired", journal.SYSTEM, one.organisation_id, one.id, who=one.name)
        telling.say_expired(queries.house_of(one), one)
