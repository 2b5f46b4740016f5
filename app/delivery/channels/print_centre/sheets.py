"""A letter's pages, made ready for the print centre in a cell: A4, and an address in the window."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from app.core import cells
from app.renditions.formats.wanted import House, Reader

WORK: Final = "print_centre.sheets"
SECONDS: Final = 30.0
"""What looking at one letter may take; a thousand pages take some seconds."""


class Unfit(StrEnum):
    """Why a PDF cannot be printed and posted."""

    BROKEN = "broken"
    LOCKED = "locked"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A4 = "not_a4"
    LETTERS = "letters"


UNFIT_SENTENCES: Final = {
    Unfit.BROKEN: "The PDF cannot be read.",
    Unfit.LOCKED: "The PDF asks for a password.",
    Unfit.EMPTY: "The PDF has no pages.",
    Unfit.TOO_LONG: "The PDF has more pages than the print centre takes: {detail}.",
    Unfit.NOT_A4: "The PDF is not A4: page {detail}.",
    Unfit.LETTERS: "Our fonts lack letters of the address: {detail}.",
}


class Window(StrEnum):
    """How the address came into the window."""

    OWN = "own"
    """It stands there already."""
    WRITTEN = "written"
    """The window was white: the address was written into it."""
    COVER = "cover"
    """Something else stands there: a sheet with the address lies on top."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made of a PDF."""

    house: House
    reader: Reader
    sender: str
    """The return address, in one line."""
    lines: tuple[str, ...]
    """The address, line by line."""
    facts: tuple[tuple[str, str], ...]
    """Label and value of what a cover sheet says of the document."""
    most_pages: int
    is_duplex: bool
    is_test: bool
    covers_always: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A PDF as the print centre gets it."""

    pdf: bytes
    pages: int
    sheets: int
    window: Window


@dataclass(frozen=True, slots=True)
class NotMade:
    """Why there is none."""

    unfit: Unfit
    detail: str

    @property
    def sentence(self) -> str:
        """What staff are told."""
        return UNFIT_SENTENCES[self.unfit].format(detail=self.detail)


def made(wish: Wish, pdf: bytes) -> Made | NotMade:
    """Return a PDF with its address in the window, the same bytes for the same wish.

    Raises `cells.CellDied` where the limits did not do, `cells.CellNotStarted`.
    """
    answer = cells.run(WORK, asdict(wish), pdf, SECONDS)
    header = answer.header
    if header.get("unfit"):
        return NotMade(Unfit(header["unfit"]), str(header.get("detail", ""))[:100])
    return Made(
        answer.blobs[0], int(header["pages"]), int(header["sheets"]), Window(header["window"])
    )


def unpacked(arguments: Mapping[str, Any]) -> Wish:
    """Return the wish that travelled into the cell."""
    values = dict(arguments)
    values["house"] = House(**values["house"])
    values["reader"] = Reader(**values["reader"])
    values["lines"] = tuple(map(str, values["lines"]))
    values["facts"] = tuple((str(label), str(value)) for label, value in values["facts"])
    return Wish(**values)
