"""What a PDF would like to do on its reader's machine: run scripts, start programs, bring some along.

Kontor runs nothing of it and says what is there. Source: ISO 32000-1, 12.6.4 (actions), 12.7.8 (XFA).
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

import pikepdf

from app.core.languages import N_
from app.documents.rules.findings import Finding, Severity

OBJECT_LIMIT: Final = 200_000
"""Dictionaries and arrays that are looked at; an invoice of a hundred pages has some thousand."""
PROGRAMS: Final = frozenset(
    {".exe", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf"}
    | {".hta", ".jar", ".msi", ".lnk", ".dll", ".app", ".sh", ".apk", ".iso", ".docm", ".xlsm"}
)
"""Ends of names that a double click would run."""

_SCRIPT_KEYS: Final = ("/JS", "/JavaScript", "/XFA", "/RichMediaContent")
_SCRIPT_ACTIONS: Final = frozenset({"/JavaScript", "/Rendition", "/RichMediaExecute"})
_NESTED: Final = (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)


def check(pdf: pikepdf.Pdf, embedded: list[str]) -> list[Finding]:
    """Return a warning each for scripts, for starting programs, and for programs among `embedded`."""
    found: set[str] = set()
    for place in _dictionaries(pdf):
        found |= _dangers(place)
    findings = []
    if "script" in found:
        sentence = N_("The PDF contains scripts. They are never run here.")
        findings.append(Finding("KT-PDF-SCRIPTED", Severity.WARNING, sentence))
    if "launch" in found:
        sentence = N_("The PDF wants to start a program or open another file. Nothing was started.")
        findings.append(Finding("KT-PDF-LAUNCH", Severity.WARNING, sentence))
    programs = [name for name in embedded if PurePosixPath(name.lower()).suffix in PROGRAMS]
    if programs:
        sentence = N_("The PDF has a program inside: %(name)s. Think before you hand it on.")
        values = {"name": programs[0][:100]}
        findings.append(Finding("KT-PDF-PROGRAM", Severity.WARNING, sentence, values=values))
    return findings


def _dangers(place: Any) -> set[str]:
    found = {"script" for key in _SCRIPT_KEYS if key in place}
    action = str(place.get("/S", ""))
    if action in _SCRIPT_ACTIONS:
        found.add("script")
    if action in ("/Launch", "/ImportData"):
        found.add("launch")
    return found


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Return every dictionary, also those that stand inside others without a number of their own."""
    waiting: list[Any] = [one for one in pdf.objects if isinstance(one, _NESTED)]
    seen = 0
    while waiting and seen < OBJECT_LIMIT:
        one = waiting.pop()
        seen += 1
        is_list = isinstance(one, pikepdf.Array)
        inside = one if is_list else one.values()
        # What has a number is on the list already.
        waiting += [each for each in inside if isinstance(each, _NESTED) and not each.is_indirect]
        if not is_list:
            yield one
