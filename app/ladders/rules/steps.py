"""The steps of a ladder, and which of them is the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.ladders.rules import Condition, Counting, Deed

MOST_STEPS: Final = 5
LONGEST: Final = 365


@dataclass(frozen=True, slots=True)
class Step:
    """One step: so many days after the one before, or after what was sent."""

    days: int
    deed: Deed
    counting: Counting = Counting.CALENDAR
    condition: Condition = Condition.NOT_OPENED

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "days": self.days,
            "deed": self.deed.value,
            "counting": self.counting.value,
            "condition": self.condition.value,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Step":
        """Return what was stored."""
        return cls(
            stored["days"],
            Deed(stored["deed"]),
            Counting(stored["counting"]),
            Condition(stored["condition"]),
        )


PROPOSED: Final = (Step(20, Deed.PRINT),)
"""What is proposed: printed and posted where nobody opens it for twenty days (B2-19)."""


def next_timed(steps: Sequence[Step], done: Collection[int], after: int = -1) -> int | None:
    """Return the position of the next step that waits for its day; None: there is none left."""
    for position, step in enumerate(steps):
        if position > after and position not in done and step.condition is Condition.NOT_OPENED:
            return position
    return None


def on_return(steps: Sequence[Step], done: Collection[int]) -> int | None:
    """Return the position of the step that follows where something did not arrive."""
    for position, step in enumerate(steps):
        if position not in done and step.condition is Condition.UNDELIVERABLE:
            return position
    return None
