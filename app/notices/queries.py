"""Every look-up of notices."""

from sqlalchemy import select

from app.core.db import session
from app.notices.models import Notice


def by_id(notice_id: str) -> Notice | None:
    """Return a notice; for jobs."""
    return session().get(Notice, notice_id)


def about(kind: str, object_id: str) -> list[Notice]:
    """Return the notices about one thing, the oldest first."""
    rows = select(Notice).where(Notice.object_kind == kind, Notice.object_id == object_id)
    return list(session().scalars(rows.order_by(Notice.id)))
