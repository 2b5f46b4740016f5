"""Draw the pages of PDFs, some at a time."""

from app.previews import actions
from jobs.job import Outside


def prepare(preview: str) -> actions.Task | None:
    """Find the pages that are wanted next."""
    return actions.begin(preview)


def settle(task: actions.Task, found: actions.Drawn) -> bool:
    """Keep the pictures."""
    actions.keep(task, found)
    return False


def abandon(preview: str) -> None:
    """Say that the pages cannot be shown."""
    actions.give_up(preview)


DRAW = Outside(prepare=prepare, perform=actions.draw, settle=settle, tries=5, abandon=abandon)
