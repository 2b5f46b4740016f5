"""Take in files, one by one; unpack the archives that came with unpacking."""

from app.core.journal import Actor
from app.intake.actions import taking, unpacking
from jobs.job import Outside

BY = Actor("job", "intake.take_in", "Kontor")


def prepare(item: str) -> taking.Waiting | None:
    """Find the file that waits."""
    return taking.waiting(item)


def settle(_waiting: taking.Waiting, found: taking.Examined | taking.Infected) -> bool:
    """Keep what was found."""
    taking.settle(found, BY)
    return False


def abandon(item: str) -> None:
    """Say that the file could not be examined."""
    taking.fail(item)


TAKE_IN = Outside(prepare=prepare, perform=taking.judged, settle=settle, tries=5, abandon=abandon)


def prepare_unpacking(table: str) -> unpacking.Packed | None:
    """Find the next files that lie in the archive only."""
    return unpacking.packed(table)


def settle_unpacking(packed: unpacking.Packed, _count: int) -> bool:
    """Promise what follows."""
    unpacking.unpacked(packed)
    return False


def abandon_unpacking(table: str) -> None:
    """Say that the rest of the archive could not be unpacked."""
    unpacking.fail(table)


UNPACK = Outside(
    prepare=prepare_unpacking,
    perform=unpacking.unpack,
    settle=settle_unpacking,
    tries=5,
    abandon=abandon_unpacking,
)
