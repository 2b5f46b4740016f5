"""Numbers that are longer than any real one: they are not read, and that must not go unseen."""

import re
from typing import Any, Final

from app.core.languages import N_
from app.documents.rules.findings import Finding, Severity

_DECIMAL: Final = re.compile(r"\s*[+-]?[0-9]*\.?[0-9]*\s*")
_WHOLE: Final = re.compile(r"\s*[+-]?[0-9]{16}")
_FRACTION: Final = re.compile(r"\.[0-9]{31}")
_NAMES: Final = ("Amount", "Quantity", "Percent", "Numeric", "Rate", "Measure")
_SHORTEST: Final = 16


def check(root: Any) -> list[Finding]:
    """Return a fatal finding where a number has over 15 digits before or 30 behind its point."""
    for element in root.iter():
        text = element.text
        if text is None or len(text) < _SHORTEST or not str(element.tag).endswith(_NAMES):
            continue
        is_long = _WHOLE.match(text) or _FRACTION.search(text)
        if is_long and _DECIMAL.fullmatch(text):
            sentence = N_("A number has more digits than any amount of an invoice.")
            place = f"line {element.sourceline}"
            return [Finding("KT-NUMBER-LENGTH", Severity.FATAL, sentence, place)]
    return []
