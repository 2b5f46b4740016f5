"""Examining in a cell: what a stranger sent is never parsed in a process of ours."""

import logging
from typing import Final

from app.core import cells
from app.core.errors import Invalid
from app.core.languages import N_
from app.documents.formats import draft, media_types
from app.documents.formats.conclude import conclude
from app.documents.formats.examination import Examination, Syntax
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.findings import Finding, Severity

WORK: Final = "documents.examine"
SECONDS: Final = 20.0
"""What one file may take, without the official rules; five thousand lines take one second."""

_log = logging.getLogger(__name__)


def examine(
    content: bytes, name: str, *, size_limit: int, engine: RuleEngine | None
) -> Examination:
    """Say what `content` is, as `examine.examine` does, but in a cell.

    Never raises for what is in `content`: where the cell died or ran out of time, a fatal finding
    says so. The name is only for the log.
    """
    if len(content) > size_limit:
        sentence = N_("The file is too large to be examined.")
        return _held(Finding("KT-SIZE", Severity.FATAL, sentence))
    try:
        answer = cells.run(WORK, {"size_limit": size_limit}, content, SECONDS)
        found = draft.from_answer(answer, content)
    except (cells.CellDied, Invalid) as error:
        _log.warning("examining %r failed: %s", name, error)
        sentence = N_(
            "The file could not be examined within the limits of time and memory."
            " It was kept as it is, and nobody has seen it."
        )
        return _held(Finding("KT-LIMITS", Severity.FATAL, sentence))
    return conclude(found, engine)


def _held(finding: Finding) -> Examination:
    return Examination(Syntax.UNKNOWN, media_types.UNKNOWN, findings=(finding,))
