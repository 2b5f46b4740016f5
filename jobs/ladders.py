"""Delivery ladders: look for steps whose time has come, and take each."""

from app.ladders.actions import climbing, looking
from jobs.job import Plain


def look() -> None:
    """Promise what is due."""
    looking.look()


def go_on(after: str) -> None:
    """Promise what is due beyond a slice."""
    looking.look(after)


def step(climb: str) -> None:
    """Take one step."""
    climbing.take_due(climb)


LOOK = Plain(look)
GO_ON = Plain(go_on)
STEP = Plain(step)
