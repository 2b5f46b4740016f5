"""What a check found: which rule, how bad, where, and the sentence a person reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.languages import gettext


class Severity(StrEnum):
    """How bad a finding is; a document with a fatal one is held at intake."""

    FATAL = "fatal"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a check.

    `rule` is an official id (BR-CO-15) or our own (KT-…). `place` says where: an XPath, a BT number
    or a line. `sentence` is a msgid to be filled with `values`; where `language` is set, it is
    a text in that language that is shown as it is.
    """

    rule: str
    severity: Severity
    sentence: str
    place: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    language: str = ""

    def text(self) -> str:
        """Return the sentence in the language spoken now; official texts stay as they are."""
        if self.language:
            return self.sentence
        sentence = gettext(self.sentence)
        return sentence % dict(self.values) if self.values else sentence

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "sentence": self.sentence,
            "place": self.place,
            "values": dict(self.values),
            "language": self.language,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Finding":
        """Return the finding that `to_json` wrote."""
        return cls(
            rule=data["rule"],
            severity=Severity(data["severity"]),
            sentence=data["sentence"],
            place=data.get("place", ""),
            values=dict(data.get("values", {})),
            language=data.get("language", ""),
        )


def is_held(findings: Iterable[Finding]) -> bool:
    """Say whether a document with these findings waits for a person: any fatal one holds it."""
    return any(finding.severity is Severity.FATAL for finding in findings)
