"""Every look-up of delivery."""

from app.delivery.queries.dispatches import (
    ENOUGH,
    Filters,
    Lately,
    attempts_of,
    beside,
    by_id,
    is_replaced,
    lately,
    may_have_arrived,
    needing_care,
    of_document,
    one,
    page,
    seen_before,
    to_recipient,
    visible,
)

__all__ = [
    "ENOUGH",
    "Filters",
    "Lately",
    "attempts_of",
    "beside",
    "by_id",
    "is_replaced",
    "lately",
    "may_have_arrived",
    "needing_care",
    "of_document",
    "one",
    "page",
    "seen_before",
    "to_recipient",
    "visible",
]
