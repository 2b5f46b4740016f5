"""Make renditions of documents."""

from app.renditions import actions
from jobs.job import Outside


def prepare(rendition: str) -> actions.Order | None:
    """Read what is to be made."""
    return actions.order(rendition)


def settle(asked: actions.Order, result: actions.Result) -> bool:
    """Write down what came of it."""
    actions.keep(asked, result)
    return False


def abandon(rendition: str) -> None:
    """Say that it could not be made."""
    actions.give_up(rendition)


MAKE = Outside(prepare=prepare, perform=actions.make, settle=settle, tries=8, abandon=abandon)
