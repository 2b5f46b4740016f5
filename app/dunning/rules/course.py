"""Whether an invoice is reminded of, on which level, and what stops it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.dunning.rules import Cause, Choice, Last, Obstacle
from app.dunning.rules.levels import Level, due_on, next_level


@dataclass(frozen=True, slots=True)
class Pause:
    """Why nobody is reminded, until the end of a day; None: until somebody ends it."""

    cause: Cause
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an invoice; `open_minor` and days as its document says them.

    `reached` is the level of the last reminder, 0 for none, and `reminded_on` its day. `is_disputed`:
    the recipient's side has rejected it, or asks back (Peppol IMR: RE, UQ).
    """

    is_published: bool
    open_minor: int | None
    due_date: date | None
    reached: int = 0
    reminded_on: date | None = None
    last: Last = Last.NONE
    choice: Choice = Choice.INHERIT
    pauses: tuple[Pause, ...] = ()
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level that is due, or the obstacle; `due_on` is when the next level is due, if ever."""

    level: Level | None
    obstacle: Obstacle | None = None
    due_on: date | None = None


def stopped_by(facts: Facts, day: date, *, by_default: bool) -> Obstacle | None:
    """Return what stops every reminder about an invoice on a day, decided on or not."""
    if not facts.is_published:
        return Obstacle.NOT_PUBLISHED
    if not facts.open_minor or facts.open_minor <= 0:
        return Obstacle.PAID
    holding = [one for one in facts.pauses if one.holds_on(day)]
    if facts.is_disputed or any(one.cause is Cause.DISPUTE for one in holding):
        return Obstacle.DISPUTED
    if holding:
        return Obstacle.PAUSED
    is_spared = facts.choice is Choice.NO or (facts.choice is Choice.INHERIT and not by_default)
    return Obstacle.SPARED if is_spared else None


def judge(facts: Facts, levels: Sequence[Level], day: date, *, by_default: bool) -> Verdict:
    """Say which level of reminding is due for an invoice on a day, or why none is."""
    level = next_level(levels, facts.reached)
    since = facts.reminded_on if facts.reached else facts.due_date
    due = due_on(level, since) if level is not None and since is not None else None
    obstacle = stopped_by(facts, day, by_default=by_default)
    if obstacle is None:
        obstacle = _of_the_last(facts)
    if obstacle is None and level is None:
        obstacle = Obstacle.LAST_LEVEL
    if obstacle is None and (due is None or due > day):
        obstacle = Obstacle.NOT_YET
    return Verdict(level if obstacle is None else None, obstacle, due)


def _of_the_last(facts: Facts) -> Obstacle | None:
    """Return why the last reminder is not done yet: no level follows one that nobody got."""
    return {
        Last.COMING: Obstacle.COMING,
        Last.UNSENT: Obstacle.UNSENT,
        Last.TAKEN_BACK: Obstacle.TAKEN_BACK,
    }.get(facts.last)
