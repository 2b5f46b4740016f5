"""Having a cell draw pages; nothing of a PDF is opened in this process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core import cells
from app.core.cells import Answer
from app.core.errors import Invalid
from app.previews.rules import ALT_LENGTH, HIGHEST, WIDEST, Problem

WORK: Final = "previews.draw"
SECONDS: Final = 30.0
"""What one batch of pages may take; an ordinary page takes a twentieth of a second."""
MEDIA_TYPE: Final = "image/webp"


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawn page: its number from 1, its size in pixels, its first words, its bytes (WebP)."""

    number: int
    width: int
    height: int
    text: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """What came of it: how many pages the PDF has, the pictures, or the problem."""

    pages: int
    pictures: tuple[Picture, ...] = ()
    problem: Problem | None = None


def draw(content: bytes, first: int, last: int) -> Drawing:
    """Draw the pages `first` to `last` of a PDF, both counted from 1.

    Never raises for what is in `content`: where the cell died or ran out of time, that is a problem.
    """
    try:
        return _drawing(cells.run(WORK, {"first": first, "last": last}, content, SECONDS))
    except (cells.CellDied, Invalid):
        return Drawing(0, problem=Problem.LIMITS)


def to_answer(drawing: Drawing) -> Answer:
    """Return a drawing as a cell sends it."""
    pictures = [[one.number, one.width, one.height, one.text] for one in drawing.pictures]
    header = {
        "pages": drawing.pages,
        "problem": drawing.problem.value if drawing.problem else None,
        "pictures": pictures,
    }
    return Answer(header, tuple(one.content for one in drawing.pictures))


def _drawing(answer: Answer) -> Drawing:
    try:
        return _read(answer.header, answer.blobs)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("what came out of the cell is no drawing") from error


def _read(header: Mapping[str, Any], blobs: Sequence[bytes]) -> Drawing:
    problem = header["problem"]
    pictures = tuple(
        Picture(
            int(number), _size(width, WIDEST), _size(height, HIGHEST), str(text)[:ALT_LENGTH], blob
        )
        for (number, width, height, text), blob in zip(header["pictures"], blobs, strict=True)
    )
    return Drawing(int(header["pages"]), pictures, Problem(problem) if problem else None)


def _size(value: object, most: int) -> int:
    if not isinstance(value, int) or not 0 < value <= most + 1:
        raise Invalid(f"{value!r} is no size of a picture")
    return value
