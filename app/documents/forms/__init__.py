"""The shape of filters, and of decisions about documents."""

from app.documents.forms.describing import Assign, Attach, Describe
from app.documents.forms.filtering import (
    NARROWING,
    Filters,
    MoreFilters,
    Save,
    Wishes,
    query_of,
    wishes,
)

__all__ = [
    "NARROWING",
    "Assign",
    "Attach",
    "Describe",
    "Filters",
    "MoreFilters",
    "Save",
    "Wishes",
    "query_of",
    "wishes",
]
