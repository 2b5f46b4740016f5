"""What an evidence pack is, what its parts are called, and how large it may be."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from app.core.languages import N_


class State(StrEnum):
    """How far an evidence pack has come."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Reason(StrEnum):
    """Why there is no pack."""

    TOO_LARGE = "too_large"
    DAMAGED = "damaged"
    """A file is not in the storage, or its bytes are not those that were kept."""
    GIVEN_UP = "given_up"


REASONS: Final = {
    Reason.TOO_LARGE: N_("The files are larger than one ZIP may be."),
    Reason.DAMAGED: N_(
        "A file is missing from the storage, or its bytes are not what they were: %(detail)s. "
        "Tell those who run the server."
    ),
    Reason.GIVEN_UP: N_("The file could not be made after several tries."),
}
"""Reason → what is said about it, as a msgid; `detail` names the file."""

MOST_BYTES: Final = 2_000_000_000
"""Bytes of all files of a pack together."""
MOST_AT_ONCE: Final = 2
"""Packs of one person that may be under way."""
KEPT: Final = timedelta(days=7)

PACK: Final = "pack.json"
DOCUMENT: Final = "document.json"
DISPATCHES: Final = "dispatches.json"
RECEIPTS: Final = "receipts.json"
COMMENTS: Final = "comments.json"
ANSWERS: Final = "answers.json"
PAYMENTS: Final = "payments.json"
ACCESS: Final = "access.json"
JOURNAL: Final = "journal.json"
SUMMARY: Final = "summary.html"
README: Final = "README.txt"
SUMS: Final = "SHA256SUMS"
OF_THE_MOMENT: Final = frozenset({PACK, SUMMARY, SUMS})
"""What names the pack, who asked for it and when: the rest is the same for the same state."""

NOTES: Final = "internal_note."
"""How the names of journal lines begin that are never inside."""
OF_ACCESS: Final = ("contact.", "portal.", "customer.change_")
"""How the names of journal lines begin that say who could read what."""


def sums(lines: Iterable[tuple[str, str]]) -> str:
    """Return (path, SHA-256) as `sha256sum -c` reads them (GNU coreutils), in the order of paths."""
    return "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(lines))


def without_names(data: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """Return the data of a journal line without the name of a file that stays inside."""
    return {
        key: None if key == "file" and value in hidden else value for key, value in data.items()
    }
