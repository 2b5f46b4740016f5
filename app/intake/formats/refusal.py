"""Why bytes are not read: a finding that names the place."""

from app.documents.rules.findings import Finding, Severity


class UnreadableError(Exception):
    """The bytes are not what they should be; `finding` is for the person who brought them."""

    def __init__(self, rule: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.finding = Finding(rule, Severity.FATAL, sentence, values=values)

    @classmethod
    def of(cls, finding: Finding) -> "UnreadableError":
        """Return the error that a finding is about."""
        return cls(finding.rule, finding.sentence, **finding.values)
