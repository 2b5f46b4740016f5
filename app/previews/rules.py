"""How many pages are drawn, how large, and what is said where none can be."""

from enum import StrEnum
from typing import Final

from app.core.languages import N_

FIRST_PAGES: Final = 3
"""Pages drawn without being asked."""
MOST_PAGES: Final = 50
"""Pages drawn when asked; whoever wants more downloads the file."""
BATCH: Final = 10
"""Pages drawn in one piece of work."""
DOTS_PER_INCH: Final = 110
WIDEST: Final = 1240
HIGHEST: Final = 2480
"""Pixels of a picture; a page that would be larger is drawn smaller."""
NARROWEST: Final = 50
"""Pixels below which a side of a picture shows nothing any more."""
ALT_LENGTH: Final = 200
"""Characters of a page's text that stand for its picture."""


class PreviewState(StrEnum):
    """How far the pictures of one PDF are."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class Problem(StrEnum):
    """Why a PDF cannot be drawn."""

    BROKEN = "broken"
    PASSWORD = "password"  # noqa: S105 - a word, not one
    EMPTY = "empty"
    LIMITS = "limits"


PROBLEMS: Final[dict[Problem, str]] = {
    Problem.BROKEN: N_("The PDF is damaged. Its pages cannot be shown here."),
    Problem.PASSWORD: N_("The PDF is protected by a password. Its pages cannot be shown here."),
    Problem.EMPTY: N_("The PDF has no pages."),
    Problem.LIMITS: N_("The pages of this PDF are too large to be shown here."),
}
"""Problem → the sentence that stands where the pictures would."""


def next_batch(drawn: int, wanted: int, pages: int | None) -> tuple[int, int] | None:
    """Return the first and the last page to draw next, counted from 1; None where all are there.

    `pages` is how many the PDF has, None as long as nobody knows.
    """
    last = min(wanted, MOST_PAGES if pages is None else min(pages, MOST_PAGES))
    return (drawn + 1, min(drawn + BATCH, last)) if drawn < last else None


def scale(width: float, height: float) -> float | None:
    """Return pixels per point for a page of `width` × `height` points (1/72 inch, ISO 32000-1 8.3.2.3).

    None where no picture within the limits would show anything.
    """
    if not (width > 0 and height > 0):
        return None
    wanted = min(DOTS_PER_INCH / 72, WIDEST / width, HIGHEST / height)
    return wanted if min(width, height) * wanted >= NARROWEST else None
