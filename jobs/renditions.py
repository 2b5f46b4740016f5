"""Make renditions of documents."""

from app.renditions.actions import making
from jobs.job import Outside


def prepare(rendition: str) -> making.Order | None:
    """Read what is to be made."""
    return making.order(rendition)


def settle(asked: making.Order, result: making.Result) -> bool:
    """Write down what came of it."""
    making.keep(asked, result)
    return False


def abandon(rendition: str) -> None:
    """Say that it could not be made."""
    making.give_up(rendition)


MAKE = Outside(prepare=prepare, perform=making.make, settle=settle, tries=8, abandon=abandon)
