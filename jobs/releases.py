"""Publish the documents of releases, slice by slice."""

from app.releases import actions
from jobs.job import Plain


def publish(release: str, turn: str) -> None:
    """Publish the next documents of one release."""
    actions.work(release, int(turn))


def abandon(release: str, turn: str) -> None:
    """Stop it: a person has to look."""
    actions.give_up(release, int(turn))


PUBLISH = Plain(publish, abandon=abandon)
