"""What a customer's person may do with which kind of document: what is released to them, and no more."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.access.grants import Can
from app.core.languages import N_


class Action(StrEnum):
    """What an organisation releases to its customers, one by one (BM-02)."""

    VIEW = "view"
    COMMENT = "comment"
    ANSWER = "answer"
    PAY = "pay"
    CHANGE_DATA = "change_data"
    CONTACT = "contact"


ACTION_NAMES: Final = {
    Action.VIEW: N_("View and print"),
    Action.COMMENT: N_("Comment"),
    Action.ANSWER: N_("Accept or reject"),
    Action.PAY: N_("Pay"),
    Action.CHANGE_DATA: N_("Change own data"),
    Action.CONTACT: N_("Contact us"),
}

GENERAL: Final = frozenset({Action.CHANGE_DATA, Action.CONTACT})
"""Actions that are about no document; all others are granted for each kind of document."""

NEEDS: Final = {
    Can.READ_DOCUMENTS: Action.VIEW,
    Can.DOWNLOAD_DOCUMENTS: Action.VIEW,
    Can.EXPORT_DOCUMENTS: Action.VIEW,
    Can.BUNDLE_DOCUMENTS: Action.VIEW,
    Can.COMMENT_DOCUMENTS: Action.COMMENT,
    Can.ANSWER_QUOTES: Action.ANSWER,
    Can.PAY_DOCUMENTS: Action.PAY,
    Can.CHANGE_OWN_DATA: Action.CHANGE_DATA,
    Can.CONTACT_HOUSE: Action.CONTACT,
}
"""Permission → the action that must be released to a customer's person before they have it."""

READING: Final = frozenset(
    {Can.SEE_HOME, Can.READ_DOCUMENTS, Can.DOWNLOAD_DOCUMENTS, Can.CONTACT_HOUSE}
)
"""All that somebody may who looks through another one's eyes."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person of a customer, or a guest, has at this moment; nothing unless it is said."""

    by_kind: frozenset[tuple[str, Action]] = frozenset()
    """Kind of document and action."""
    general: frozenset[Action] = frozenset()

    def allow(self, action: Action, kind: str | None = None) -> bool:
        """Say whether they may do `action` with a `kind` of document; without one, with any at all."""
        if action in GENERAL:
            return action in self.general
        if kind is None:
            return any(one is action for _kind, one in self.by_kind)
        return (kind, action) in self.by_kind

    def kinds(self, action: Action) -> frozenset[str]:
        """Return the kinds of documents with which they may do `action`."""
        return frozenset(kind for kind, one in self.by_kind if one is action)


NOTHING: Final = Rights()
