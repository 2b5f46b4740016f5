"""Take in files, one by one."""

from app.core.journal import Actor
from app.intake.actions import taking
from jobs.job import Outside

BY = Actor("job", "intake.take_in", "Kontor")


def prepare(item: str) -> taking.Waiting | None:
    """Find the file that waits."""
    return taking.waiting(item)


def settle(_waiting: taking.Waiting, found: taking.Examined) -> bool:
    """Keep what was found."""
    taking.keep(found, BY)
    return False


def abandon(item: str) -> None:
    """Say that the file could not be examined."""
    taking.fail(item)


TAKE_IN = Outside(prepare=prepare, perform=taking.examined, settle=settle, tries=5, abandon=abandon)
