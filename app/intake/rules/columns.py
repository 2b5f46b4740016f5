"""Which column of a table means what, as somebody chose it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.documents.rules.kinds import Kind
from app.intake.rules.fields import Field
from app.intake.rules.values import DateOrder, DecimalSign


@dataclass(frozen=True, slots=True)
class Columns:
    """Field → heading of its column; and what holds for rows whose cell is empty or has no column."""

    headings: Mapping[Field, str] = field(default_factory=dict)
    kind: Kind | None = None
    currency: str = ""
    date_order: DateOrder = DateOrder.DAY_FIRST
    decimal_sign: DecimalSign = DecimalSign.POINT

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column."""
        return {
            "headings": {one.value: heading for one, heading in self.headings.items()},
            "kind": self.kind.value if self.kind else None,
            "currency": self.currency,
            "date_order": self.date_order.value,
            "decimal_sign": self.decimal_sign.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Columns":
        """Return the columns that `to_json` wrote."""
        return cls(
            headings={Field(one): heading for one, heading in data["headings"].items()},
            kind=Kind(data["kind"]) if data["kind"] else None,
            currency=data["currency"],
            date_order=DateOrder(data["date_order"]),
            decimal_sign=DecimalSign(data["decimal_sign"]),
        )
