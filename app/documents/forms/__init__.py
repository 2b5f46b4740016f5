"""The shape of filters, and of decisions about documents."""

from app.documents.forms.describing import Assign, Describe
from app.documents.forms.filtering import Filters, MoreFilters, Save, Wishes, query_of, wishes

__all__ = [
    "Assign",
    "Describe",
    "Filters",
    "MoreFilters",
    "Save",
    "Wishes",
    "query_of",
    "wishes",
]
