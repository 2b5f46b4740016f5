"""Every look-up of exports."""

from datetime import datetime

from sqlalchemy import func, select

from app.access.principal import Principal
from app.access.rights import Action
from app.core import clock
from app.core.db import session
from app.documents.rules.kinds import Kind
from app.exports.models import Export
from app.exports.rules import State
from app.identity.models import Person


def one(who: Principal, export_id: str) -> Export | None:
    """Return an export for the person who asked for it, as long as it is kept.

    For a contact it is gone as soon as a kind of document that may stand in it is closed to them.
    """
    rows = select(Export).where(
        Export.id == export_id,
        Export.organisation_id == who.organisation_id,
        Export.person_id == who.id,
        Export.expires_at > clock.now(),
    )
    found = session().scalar(rows)
    if found is None or who.is_staff:
        return found
    inside = Kind if found.kinds is None else found.kinds
    return found if who.rights.kinds(Action.VIEW).issuperset(inside) else None


def by_id(export_id: str) -> Export | None:
    """Return an export; for jobs."""
    return session().get(Export, export_id)


def under_way(person_id: str) -> int:
    """Return how many exports of a person are not made yet; nobody else adds one meanwhile."""
    session().execute(select(Person.id).where(Person.id == person_id).with_for_update())
    rows = select(func.count()).where(
        Export.person_id == person_id,
        Export.state == State.WAITING,
        Export.expires_at > clock.now(),
    )
    return session().scalar(rows) or 0


def expired(now: datetime, limit: int) -> list[Export]:
    """Return exports whose time is over, for housekeeping."""
    rows = select(Export).where(Export.expires_at <= now).order_by(Export.expires_at)
    return list(session().scalars(rows.limit(limit)))
