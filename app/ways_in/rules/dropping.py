"""Which files of a drop folder are taken, and where each goes in the end."""

from enum import StrEnum
from typing import Final

from app.core.languages import N_

UNFINISHED: Final = (".part", ".tmp", ".filepart", ".crdownload")
"""Endings of files that a program is still writing, in lower case."""

LONGEST_NAME: Final = 180
"""Bytes of a claimed file's name: with the id before it and `.findings.json` behind it below 255."""


class Place(StrEnum):
    """The folders of an organisation: files are dropped into `in`, and end in one of the last three."""

    IN = "in"
    WORK = "work"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"


class Refusal(StrEnum):
    """Why a file was not even taken in."""

    TOO_LARGE = "too_large"
    LINK = "link"
    UNREADABLE = "unreadable"


REFUSALS: Final = {
    Refusal.TOO_LARGE: N_("The file is too large. Nothing was taken in."),
    Refusal.LINK: N_("This is a link and no file. Links are not followed; nothing was taken in."),
    Refusal.UNREADABLE: N_("The file cannot be read from the disk. Nothing was taken in."),
}


def is_left(name: str) -> bool:
    """Say whether a file is left where it is by its name: hidden, or not finished yet."""
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def fitting(name: str) -> str:
    """Return a name of at most `LONGEST_NAME` bytes in UTF-8 that keeps its end, the extension."""
    while len(name.encode()) > LONGEST_NAME:
        name = name[1:]
    return name
