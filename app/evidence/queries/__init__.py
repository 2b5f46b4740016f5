"""Every look-up of evidence packs, and of all that goes into one."""

from app.evidence.queries.gathering import Evidence, gather
from app.evidence.queries.packs import by_id, expired, one, under_way

__all__ = ["Evidence", "by_id", "expired", "gather", "one", "under_way"]
