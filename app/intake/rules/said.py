"""What a row says, and what is wrong with its cells."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.core.languages import gettext
from app.documents.rules.description import Description
from app.documents.rules.kinds import Kind
from app.documents.rules.plain import to_plain
from app.intake.rules.cells import Row
from app.intake.rules.fields import Field


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one cell; `sentence` is a msgid to be filled with `values`."""

    field: Field
    sentence: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def text(self) -> str:
        """Return the sentence in the language spoken now."""
        return gettext(self.sentence) % dict(self.values)


@dataclass(frozen=True, slots=True)
class Said:
    """What a good row says: the document, the signs of its customer, its order and its file."""

    description: Description
    customer_number: str
    customer_name: str
    customer_email: str
    order: str
    file: str

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column."""
        said = to_plain(self.description)
        return to_plain(self) | {"description": said | {"kind": self.description.kind.value}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Said":
        """Return what `to_json` wrote."""
        said = data["description"]
        total, until = said.get("total"), said.get("until")
        description = Description(
            kind=Kind(said["kind"]),
            number=said["number"],
            issue_date=date.fromisoformat(said["issue_date"]),
            until=date.fromisoformat(until) if until else None,
            currency=said["currency"],
            total=None if total is None else Decimal(total),
        )
        return cls(**{**data, "description": description})


@dataclass(frozen=True, slots=True)
class Reading:
    """One row as it was understood; `said` is None where anything is wrong.

    `file` is the name of its file all the same; None where the row cannot name one.
    """

    row: Row
    said: Said | None
    wrong: tuple[Wrong, ...] = ()
    file: str | None = None
