"""Every look-up of saved filters."""

from sqlalchemy import bindparam, or_, select

from app.access.grants import Can
from app.access.principal import Principal
from app.core.db import session
from app.documents.models import SavedFilter

_OWN = (
    select(SavedFilter)
    .where(SavedFilter.person_id == bindparam("person"))
    .order_by(SavedFilter.name, SavedFilter.id)
    .limit(100)
)
_OWN_AND_SHARED = (
    select(SavedFilter)
    .where(
        SavedFilter.organisation_id == bindparam("house"),
        or_(SavedFilter.person_id == bindparam("person"), SavedFilter.is_shared),
    )
    .order_by(SavedFilter.name, SavedFilter.id)
    .limit(100)
)
"""Made once: every list runs one of them."""


def saved_filters(who: Principal) -> list[SavedFilter]:
    """Return one's own filters and, to who works here, those for everybody; by name."""
    if not who.is_staff:
        return list(session().scalars(_OWN, {"person": who.id}))
    return list(
        session().scalars(_OWN_AND_SHARED, {"house": who.organisation_id, "person": who.id})
    )


def saved_filter(who: Principal, filter_id: str) -> SavedFilter | None:
    """Return a filter that one may change: one's own, or where one may decide, one for everybody."""
    found = session().get(SavedFilter, filter_id)
    if found is None or found.organisation_id != who.organisation_id:
        return None
    may_change_shared = found.is_shared and who.may(Can.DECIDE_DOCUMENTS)
    return found if found.person_id == who.id or may_change_shared else None


def own_filters(person_id: str) -> int:
    """Return how many filters a person keeps; there are never many."""
    rows = select(SavedFilter.id).where(SavedFilter.person_id == person_id)
    return len(session().scalars(rows).all())
