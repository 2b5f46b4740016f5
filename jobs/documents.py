"""Take in files, one by one."""

from app.core.journal import Actor
from app.documents.actions import intake
from jobs.job import Outside

BY = Actor("job", "documents.take_in", "Kontor")


def prepare(item: str) -> intake.Waiting | None:
    """Find the file that waits."""
    return intake.waiting(item)


def settle(_waiting: intake.Waiting, found: intake.Examined) -> bool:
    """Keep what was found."""
    intake.keep(found, BY)
    return False


def abandon(item: str) -> None:
    """Say that the file could not be examined."""
    intake.fail(item)


TAKE_IN = Outside(prepare=prepare, perform=intake.examined, settle=settle, tries=5, abandon=abandon)
