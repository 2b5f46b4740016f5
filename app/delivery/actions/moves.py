"""What every write about a dispatch is made of: a conditional change, a promise, a line, a link."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal, update

from app.core import clock, journal, outbox
from app.core.db import session
from app.delivery.models import Dispatch
from app.delivery.rules import MOVES, RANK, Held, Response, State
from app.documents.models import Document
from app.identity import actions as identity
from app.identity import queries as identity_queries
from app.identity import rules as identity_rules
from app.identity.models import CapabilityLink
from app.organisations import queries as organisations
from app.portal.queries import addresses

SEND = "delivery.send"
UNDELIVERABLE = "dispatch.undeliverable"
ANSWERED = "dispatch.answered"
COMPLAINED = "dispatch.complained"


def move(
    dispatch: Dispatch,
    target: State,
    sources: list[State],
    *conditions: ColumnElement[bool],
    **values: object,
) -> bool:
    """Change the state if it is one of `sources` and all `conditions` hold.

    What somebody ticked off comes back with it: the tick was about how it stood.
    """
    assert all(target in MOVES[source] for source in sources), f"{sources} → {target}"
    session().flush()
    values.setdefault("done_at", None)
    change = update(Dispatch).where(
        Dispatch.id == dispatch.id, Dispatch.state.in_(sources), *conditions
    )
    moved = (
        session()
        .execute(
            change.values(state=target, changed_at=clock.now(), **values)
            .returning(Dispatch.id)
            .execution_options(synchronize_session=False)
        )
        .first()
    )
    session().refresh(dispatch)
    return moved is not None


def hold(dispatch: Dispatch, held: Held) -> bool:
    """Have a dispatch wait that has not gone out; False where it is under way already."""
    held_now = move(dispatch, State.HELD, [State.QUEUED, State.COMPONENT_DOWN], held_because=held)
    if held_now:
        note("dispatch.held", dispatch, journal.SYSTEM, why=held.value)
    return held_now


def another_round() -> dict[str, Any]:
    """Return what a new decision to send forgets: what was told about the one before is history."""
    return {
        "round": Dispatch.round + 1,
        "provider_ref": None,
        "response": Response.NONE,
        "is_delayed": False,
        "handed_at": None,
        "arrived_at": None,
    }


def moments(state: State) -> dict[str, Any]:
    """Return the moments that coming to a state sets, each for the first time of its round only."""
    now = clock.now()
    set_: dict[str, Any] = {}
    if RANK[state] >= RANK[State.SUBMITTED] and state is not State.CANCELLED:
        set_["handed_at"] = func.coalesce(Dispatch.handed_at, literal(now, Dispatch.handed_at.type))
    if state in (State.DISPATCHED, State.DELIVERED):
        set_["arrived_at"] = func.coalesce(
            Dispatch.arrived_at, literal(now, Dispatch.arrived_at.type)
        )
    return set_


def promise(dispatch_id: str, organisation_id: str) -> None:
    """Promise to send a dispatch, now; where it is promised already, it is hastened."""
    key = f"send:{dispatch_id}"
    outbox.promise(SEND, organisation_id=organisation_id, key=key, dispatch=dispatch_id)
    outbox.hasten(key)


def note(name: str, dispatch: Dispatch, by: journal.Actor, **data: Any) -> None:
    """Write one line about a dispatch, and the same about its document; others react to a failure."""
    said = {
        "organisation_id": dispatch.organisation_id,
        "to": dispatch.address or dispatch.name,
        "channel": dispatch.channel.value,
        **data,
    }
    journal.record(name, by, about=("dispatch", dispatch.id), **said)
    about = ("document", dispatch.document_id)
    if name == UNDELIVERABLE:
        journal.announce(UNDELIVERABLE, by, about=about, dispatch=dispatch.id, **said)
    elif name == ANSWERED:
        journal.announce(ANSWERED, by, about=about, dispatch=dispatch.id, **said)
    elif name == COMPLAINED:
        journal.announce(COMPLAINED, by, about=about, dispatch=dispatch.id, **said)
    else:
        journal.record(name, by, about=about, **said)


def link_of(dispatch: Dispatch, document: Document) -> CapabilityLink:
    """Return the link that the letter carries: the one of the attempt before, as long as it is open."""
    link = identity_queries.link_by_id(dispatch.link_id) if dispatch.link_id else None
    if link is not None and identity_rules.is_link_open(
        clock.now(), link.expires_at, link.revoked_at
    ):
        return link
    return identity.make_link(
        dispatch.organisation_id,
        dispatch.customer_id,
        document.lineage_id,
        document.id,
        email=dispatch.address,
        name=dispatch.name,
        language=dispatch.language,
        expires_at=addresses.link_end(
            organisations.organisation_by_id(dispatch.organisation_id), document
        ),
    )
