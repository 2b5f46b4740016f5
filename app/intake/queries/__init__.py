"""Every look-up of what came in."""

from app.intake.queries.intakes import (
    at_work,
    intake,
    intakes,
    item,
    item_by_id,
    items,
    progress,
    progress_of,
    promised_items,
    waiting_item,
    waiting_items,
)
from app.intake.queries.tables import (
    customer_named,
    drafts,
    known,
    packed_items,
    remembered,
    row_of,
    table,
    table_by_id,
)

__all__ = [
    "at_work",
    "customer_named",
    "drafts",
    "intake",
    "intakes",
    "item",
    "item_by_id",
    "items",
    "known",
    "packed_items",
    "progress",
    "progress_of",
    "promised_items",
    "remembered",
    "row_of",
    "table",
    "table_by_id",
    "waiting_item",
    "waiting_items",
]
