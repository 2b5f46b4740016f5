"""From a draft to an examination: the official rules are asked, and too many findings are shortened."""

import logging
from dataclasses import replace
from typing import Final

from app.core.languages import N_
from app.documents.formats.draft import Draft
from app.documents.formats.examination import Examination
from app.documents.formats.official_rules import NotChecked, RuleEngine, TooLarge
from app.documents.rules.findings import Finding, Severity

FINDING_LIMIT: Final = 200
"""One mistake on every line of a long invoice must not fill the database."""

_log = logging.getLogger(__name__)


def conclude(draft: Draft, engine: RuleEngine | None) -> Examination:
    """Return the whole examination. Without an `engine` a finding says that nobody asked the rules."""
    found = draft.examination
    if draft.rules_at is None:
        return replace(found, findings=_bounded(found.findings))
    before, after = found.findings[: draft.rules_at], found.findings[draft.rules_at :]
    return replace(found, findings=_bounded((*before, *_official(draft, engine), *after)))


def _official(draft: Draft, engine: RuleEngine | None) -> list[Finding]:
    if engine is None or draft.question is None:
        result: list[Finding] | NotChecked = NotChecked("no engine, or no rules for this profile")
    else:
        result = engine.ask(draft.question)
    if isinstance(result, list):
        return result
    _log.warning("official rules not checked: %s", result.reason)
    if isinstance(result, TooLarge):
        sentence = N_(
            "The invoice is too large for the official rules. They were not checked, and the"
            " invoice is not confirmed as valid."
        )
        return [Finding("KT-RULES-TOO-LARGE", Severity.WARNING, sentence)]
    sentence = N_("The official rules could not be checked. The invoice is not confirmed as valid.")
    return [Finding("KT-RULES-NOT-CHECKED", Severity.WARNING, sentence)]


def _bounded(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings in their order; where there are too many, the fatal ones stay."""
    if len(findings) <= FINDING_LIMIT:
        return findings
    by_severity = sorted(findings, key=lambda finding: list(Severity).index(finding.severity))
    sentence = N_("There are %(count)s more findings.")
    values = {"count": str(len(findings) - FINDING_LIMIT)}
    more = Finding("KT-MORE", Severity.INFORMATION, sentence, values=values)
    return (*by_severity[:FINDING_LIMIT], more)
