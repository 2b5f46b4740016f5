"""The levels of reminding: after how many days each comes, and what it asks for beside the debt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

LONGEST: Final = 365
"""Days between two levels at most."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level: `days` after the due date, or after the last reminder.

    `fee` is in minor units of the organisation's currency, `interest` in percent a year;
    `payment_days` is how long the reminder gives for paying.
    """

    number: int
    days: int
    fee: int = 0
    interest: Decimal = Decimal(0)
    payment_days: int = 10

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column."""
        return {
            "number": self.number,
            "days": self.days,
            "fee": self.fee,
            "interest": str(self.interest),
            "payment_days": self.payment_days,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Level":
        """Return the level that `to_json` wrote."""
        return cls(**{**data, "interest": Decimal(data["interest"])})


USUAL: Final = (Level(1, 10), Level(2, 14), Level(3, 14))
"""What is proposed to an organisation that has decided nothing: no fee and no interest."""


def next_level(levels: Sequence[Level], reached: int) -> Level | None:
    """Return the level after `reached` (0: none); None after the last."""
    return next((one for one in levels if one.number > reached), None)


def due_on(level: Level, counted_from: date) -> date:
    """Return the first day on which a level is due, `days` full days after the day counted from."""
    return counted_from + timedelta(days=level.days)


def counted_until(level: Level, day: date) -> date:
    """Return the last day counted from that makes a level due on `day`: the reverse of `due_on`."""
    return day - timedelta(days=level.days)
