"""What a bundle is, how large it may be, and how the files in it are called."""

import unicodedata
from datetime import date, timedelta
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from app.core.languages import N_


class State(StrEnum):
    """How far a bundle has come."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Reason(StrEnum):
    """Why there is no archive."""

    EMPTY = "empty"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    GIVEN_UP = "given_up"


class Pattern(StrEnum):
    """How files are named."""

    DATE = "date"
    NUMBER = "number"
    FOLDERS = "folders"


PATTERN_NAMES: Final = {
    Pattern.DATE: N_("Date, kind and number: 2026-10-30_Invoice_2026-0412.pdf"),
    Pattern.NUMBER: N_("Number only: 2026-0412.pdf"),
    Pattern.FOLDERS: N_("A folder for each kind: Invoice/2026-0412.pdf"),
}
REASONS: Final = {
    Reason.EMPTY: N_("No document is left that fits."),
    Reason.TOO_MANY: N_("There are more documents than one file may hold."),
    Reason.TOO_LARGE: N_("The documents are larger than one file may be."),
    Reason.GIVEN_UP: N_("The file could not be made after several tries."),
}

MOST: Final = 5_000
"""Documents of one bundle."""
MOST_BYTES: Final = 2_000_000_000
"""Bytes of all its files together."""
CHUNK: Final = 100
"""Documents whose files are looked up in one transaction."""
MOST_AT_ONCE: Final = 2
"""Bundles of one person that may be under way."""
KEPT: Final = timedelta(days=7)
INDEX: Final = "index.csv"

FORBIDDEN: Final = frozenset('<>:"/\\|?*')
"""What no name may have on Windows; "/" and "\\" would lead into another folder anywhere."""
RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"]
)
"""Names that Windows keeps for devices, with any ending."""
LONGEST: Final = 120
"""Bytes of one part of a name in UTF-8; no system takes more than 255."""


def part(text: str) -> str:
    """Return `text` as one part of a file's name that Windows, macOS and Linux all take.

    No separators, no control or invisible characters, no dot or blank at either end, no device.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(
        "-" if letter in FORBIDDEN else letter
        for letter in composed
        if unicodedata.category(letter)[0] != "C"
    )
    found = _shortened(" ".join(kept.split()).strip(". "), LONGEST).strip(". ")
    if found.split(".")[0].strip().lower() in RESERVED:
        found = f"_{found}"
    return found or "document"


def stem(pattern: Pattern, day: date, kind: str, number: str) -> str:
    """Return the path of a document's files without ending; `kind` is the word for it."""
    if pattern is Pattern.NUMBER:
        return part(number)
    if pattern is Pattern.FOLDERS:
        return f"{part(kind)}/{part(number)}"
    return f"{day.isoformat()}_{part(kind)}_{part(number)}"


def beside(path: str, name: str) -> str:
    """Return the path of a file that stands beside the document with the stem `path`."""
    return f"{path}_{part(name)}"


def ending(name: str) -> str:
    """Return the ending of a file's name with its dot; empty where it has no plain one."""
    found = PurePosixPath(name).suffix.lower()
    return found if found[1:].isascii() and found[1:].isalnum() and len(found) < 9 else ""


class Names:
    """The names of one archive: no two are the same on a system that ignores case."""

    def __init__(self) -> None:
        self._taken = {INDEX}

    def free(self, path: str, suffix: str) -> str:
        """Return `path` with its ending, numbered where it is taken already."""
        name, number = path + suffix, 1
        while _same(name) in self._taken:
            number += 1
            name = f"{path} ({number}){suffix}"
        self._taken.add(_same(name))
        return name


def _same(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _shortened(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")
