"""HTTP calls to addresses that somebody typed or configured, which cannot be turned inwards."""

from app.core.outbound.calls import MOST_BYTES, Outcome, Reply, get, post
from app.core.outbound.guard import objection

__all__ = ["MOST_BYTES", "Outcome", "Reply", "get", "objection", "post"]
