"""What the official rules are asked about an invoice: parsed and written anew, never as it came."""

from typing import Any, Final

from app.documents.formats.draft import Question
from app.documents.formats.examination import Syntax
from app.documents.formats.profiles import STYLESHEETS, profile_of
from app.documents.formats.safe_xml import text_of

_SPECIFICATION: Final = (
    "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID"
)


def question(root: Any, syntax: Syntax) -> Question | None:
    """Return what to ask about a parsed invoice; None where its profile has no rules."""
    profile = profile_of(syntax, (root.findtext(_SPECIFICATION) or "").strip())
    return Question(profile, text_of(root)) if profile in STYLESHEETS else None
