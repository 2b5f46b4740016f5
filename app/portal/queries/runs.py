"""What was applied to all customers at once."""

from sqlalchemy import func, select

from app.access.principal import Principal
from app.core.db import session
from app.organisations.models import Customer
from app.organisations.queries.houses import staff_only
from app.organisations.rules.portal import Access
from app.portal.models import PortalRun


def one(who: Principal, run_id: str) -> PortalRun | None:
    """Return one run, for staff."""
    mine = PortalRun.organisation_id == who.organisation_id
    return session().scalar(select(PortalRun).where(PortalRun.id == run_id, mine, staff_only(who)))


def page(who: Principal, cursor: str | None, *, back: bool, limit: int) -> list[PortalRun]:
    """Return at most `limit` runs, newest first, beyond the keyset `cursor` (an id)."""
    mine = PortalRun.organisation_id == who.organisation_id
    rows = select(PortalRun).where(mine, staff_only(who))
    if cursor is not None:
        rows = rows.where(PortalRun.id > cursor if back else PortalRun.id < cursor)
    order = PortalRun.id.asc() if back else PortalRun.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def count_of_others(organisation_id: str, access: Access) -> int:
    """Return how many customers have another value, from the index of values."""
    rows = select(func.count()).where(
        Customer.organisation_id == organisation_id,
        # Written as words: an index serves what is equal, and not what differs.
        Customer.portal.in_(sorted(set(Access) - {access})),
    )
    return session().scalar(rows) or 0
