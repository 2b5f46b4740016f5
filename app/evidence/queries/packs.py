"""Look-ups of evidence packs."""

from datetime import datetime

from sqlalchemy import false, func, select

from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.evidence.models import EvidencePack
from app.evidence.rules import State
from app.identity.models import Person


def one(who: Principal, pack_id: str) -> EvidencePack | None:
    """Return a pack for those who work for the organisation, as long as it is kept."""
    rows = select(EvidencePack).where(
        EvidencePack.id == pack_id,
        EvidencePack.organisation_id == who.organisation_id,
        EvidencePack.expires_at > clock.now(),
        ~false() if who.is_staff else false(),
    )
    return session().scalar(rows)


def by_id(pack_id: str) -> EvidencePack | None:
    """Return a pack; for jobs."""
    return session().get(EvidencePack, pack_id)


def under_way(person_id: str) -> int:
    """Return how many packs of a person are not made yet; nobody else adds one meanwhile."""
    session().execute(select(Person.id).where(Person.id == person_id).with_for_update())
    rows = select(func.count()).where(
        EvidencePack.person_id == person_id,
        EvidencePack.state == State.WAITING,
        EvidencePack.expires_at > clock.now(),
    )
    return session().scalar(rows) or 0


def expired(now: datetime, limit: int) -> list[EvidencePack]:
    """Return packs whose time is over, for housekeeping."""
    rows = select(EvidencePack).where(EvidencePack.expires_at <= now)
    return list(session().scalars(rows.order_by(EvidencePack.expires_at).limit(limit)))
