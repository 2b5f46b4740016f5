"""The shape of filters, and of decisions about documents."""

from app.documents.forms.describing import Assign, Attach, Describe
from app.documents.forms.filtering import Filters, MoreFilters, Save, Wishes, query_of, wishes

__all__ = [
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
