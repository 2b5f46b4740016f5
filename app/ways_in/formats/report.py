"""What became of a file, for its sender: as a text in their language, and as JSON for programs."""

import json
from typing import Any, Final

from app.core.languages import N_
from app.core.languages import gettext as _
from app.documents.rules.findings import Severity
from app.intake.models import ItemState
from app.ways_in.queries import Outcome
from app.ways_in.rules.dropping import REFUSALS, Refusal

SENTENCES: Final = {
    ItemState.TAKEN_IN: N_("Taken in as %(number)s."),
    ItemState.HELD: N_("Taken in as %(number)s and held: somebody of %(organisation)s decides."),
    ItemState.KNOWN: N_("The same file came in before, as %(number)s. Nothing was done twice."),
}
QUARANTINED: Final = N_("The file holds malware. Nothing was taken in.")
FAILED: Final = N_("The file could not be examined. Nothing was taken in.")
SEVERITIES: Final = {
    Severity.FATAL: N_("Error"),
    Severity.WARNING: N_("Warning"),
    Severity.INFORMATION: N_("Remark"),
}
MOST: Final = 50
"""Findings that a text shows; the JSON and the portal have all."""


def sentence(one: Outcome, organisation: str) -> str:
    """Say in one sentence what became of a file."""
    if one.document is None:
        return _(QUARANTINED if one.state is ItemState.QUARANTINED else FAILED)
    said = _(SENTENCES.get(one.state, FAILED))
    return said % {"number": one.document.number, "organisation": organisation}


def lines(one: Outcome, most: int = MOST) -> list[str]:
    """Return the findings, a line each."""
    found = [
        f"{_(SEVERITIES[each.severity])} {each.rule}{f' ({each.place})' if each.place else ''}: "
        f"{each.text()}"
        for each in one.findings[:most]
    ]
    if len(one.findings) > most:
        found.append(_("There are %(count)s more findings.", count=len(one.findings) - most))
    return found


def reports(one: Outcome, organisation: str, base_url: str) -> dict[str, str]:
    """Return the reports on a file that was examined, by their extension."""
    url = f"{base_url}/documents/{one.document.id}" if one.document else ""
    told = [sentence(one, organisation), *([url] if url else []), "", *lines(one)]
    data = {
        "file": one.name,
        "outcome": one.state.value,
        "document": url or None,
        "findings": [
            {
                "rule": each.rule,
                "severity": each.severity.value,
                "place": each.place,
                "text": each.text(),
            }
            for each in one.findings
        ],
    }
    return _both(told, data)


def refusal(name: str, why: Refusal) -> dict[str, str]:
    """Return the reports on a file that was not even taken in, by their extension."""
    data: dict[str, Any] = {"file": name, "outcome": why.value, "document": None, "findings": []}
    return _both([_(REFUSALS[why])], data)


def _both(told: list[str], data: dict[str, Any]) -> dict[str, str]:
    text = "\n".join(told).strip() + "\n"
    return {"txt": text, "json": json.dumps(data, ensure_ascii=False, indent=2) + "\n"}
