"""How far a long piece of work is, and how long it will still take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

ENOUGH: Final = 10
"""Pieces that must be done before a guess of the time left is worth anything."""


class WorkState(StrEnum):
    """Where a long piece of work stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    """A person stopped it: what is in hand is finished, nothing else is begun."""
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Progress:
    """Of `total` pieces `done` are done, `failed` of these in vain; work began at `since`."""

    total: int
    done: int
    failed: int = 0
    since: datetime | None = None
    is_stopped: bool = False
    before: int = 0
    """How many were done before `since`: work that was resumed has its pace from then on."""

    @property
    def waiting(self) -> int:
        """How many pieces are still to be done."""
        return max(0, self.total - self.done)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done."""
        return self.waiting == 0

    def left(self, now: datetime) -> timedelta | None:
        """Return the time that the rest takes at the pace so far; None where no guess is possible."""
        lately = self.done - self.before
        if self.since is None or self.is_stopped or self.is_over or lately < ENOUGH:
            return None
        return (now - self.since) * self.waiting / lately
