"""Every look-up of saved filters."""

from sqlalchemy import or_, select

from app.access.grants import Can
from app.access.principal import Principal
from app.core.db import session
from app.documents.models import SavedFilter


def saved_filters(who: Principal) -> list[SavedFilter]:
    """Return one's own filters and, to who works here, those for everybody; by name."""
    rows = select(SavedFilter).where(SavedFilter.organisation_id == who.organisation_id)
    own = SavedFilter.person_id == who.id
    rows = rows.where(or_(own, SavedFilter.is_shared) if who.is_staff else own)
    return list(session().scalars(rows.order_by(SavedFilter.name, SavedFilter.id).limit(100)))


def saved_filter(who: Principal, filter_id: str) -> SavedFilter | None:
    """Return a filter that one may change: one's own, or where one may decide, one for everybody."""
    found = session().get(SavedFilter, filter_id)
    if found is None or found.organisation_id != who.organisation_id:
        return None
    may_change_shared = found.is_shared and who.may(Can.DECIDE_DOCUMENTS)
    return found if found.person_id == who.id or may_change_shared else None


def own_filters(person_id: str) -> int:
    """Return how many filters a person keeps; there are never many."""
    return len(
        session().scalars(select(SavedFilter.id).where(SavedFilter.person_id == person_id)).all()
    )
