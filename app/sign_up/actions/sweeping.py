"""Requests that nobody confirmed or decided on in time, and those that were decided on long ago."""

from sqlalchemy import delete, update

from app.core import clock, journal
from app.core.db import session
from app.sign_up import queries, rules
from app.sign_up.actions import asking, telling
from app.sign_up.actions.lines import note
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State

SLICE = 200
"""Requests that end in one transaction; the rest waits for the next sweep."""
DECIDED = (State.APPROVED, State.REFUSED, State.EXPIRED)


def sweep() -> None:
    """End what is over: the unconfirmed is forgotten, the unanswered is told so, the old is removed."""
    now = clock.now()
    for one in queries.over(State.ASKED, now - rules.CONFIRM_WITHIN, SLICE):
        if asking.forget(one):
            note("access_request.expired", journal.SYSTEM, one.organisation_id, one.id)
    for one in queries.over(State.WAITING, now - rules.DECIDE_WITHIN, SLICE):
        _expire(one)
    session().execute(
        delete(AccessRequest).where(
            AccessRequest.state.in_(DECIDED), AccessRequest.created_at < now - rules.KEPT_FOR
        )
    )


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
