"""Remove what lay in the storage for a while, under the id of who asked for it."""

from app.core import runtime
from jobs.job import Outside


def find(organisation: str, **asked: str) -> tuple[str, str]:
    """Return where the file lies; the one id in `asked` is its name, whatever the work calls it."""
    (name,) = asked.values()
    return organisation, name


def remove(place: tuple[str, str]) -> None:
    """Remove a file; one that is gone already is fine."""
    runtime.current().storage.remove(*place)


def leave(_place: tuple[str, str], _removed: None) -> bool:
    """Nothing is left to be written down."""
    return False


FORGET = Outside(prepare=find, perform=remove, settle=leave, tries=50)
