"""Having a cell make a logo out of a file; nothing that was uploaded is opened in this process."""

from dataclasses import dataclass
from typing import Final

from app.core import cells
from app.core.cells import Answer
from app.core.errors import Invalid
from app.organisations.rules.branding import HIGHEST, LARGEST, WIDEST, Ending, Flaw

WORK: Final = "organisations.logo"
SECONDS: Final = 10.0
SIGNATURES: Final = {Ending.PNG: b"\x89PNG\r\n\x1a\n", Ending.SVG: b"<svg "}
"""What the bytes begin with that a cell gives back."""


@dataclass(frozen=True, slots=True)
class Made:
    """A logo as it will be kept, or the flaw of the file."""

    content: bytes = b""
    ending: Ending = Ending.PNG
    width: int = 0
    height: int = 0
    left_out: tuple[str, ...] = ()
    """Names of what an SVG had and a logo may not have."""
    flaw: Flaw | None = None


def made(content: bytes) -> Made:
    """Return the logo that a file becomes. Never raises for what is in it."""
    if len(content) > LARGEST:
        return Made(flaw=Flaw.TOO_LARGE)
    try:
        return _read(cells.run(WORK, {}, content, SECONDS))
    except (cells.CellDied, Invalid):
        return Made(flaw=Flaw.UNREADABLE)


def to_answer(one: Made) -> Answer:
    """Return what was made as a cell sends it."""
    header = {
        "flaw": one.flaw.value if one.flaw else None,
        "ending": one.ending.value,
        "width": one.width,
        "height": one.height,
        "left_out": list(one.left_out),
    }
    return Answer(header, (one.content,))


def _read(answer: Answer) -> Made:
    """Read what a cell says; it may have been taken over, so nothing of it is believed."""
    said = answer.header
    try:
        flaw, ending = said["flaw"], Ending(said["ending"])
        if flaw is not None:
            return Made(flaw=Flaw(flaw))
        (content,) = answer.blobs
        width, height = int(said["width"]), int(said["height"])
        left_out = tuple(str(name)[:40] for name in said["left_out"][:20])
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("what came out of the cell is no logo") from error
    is_sized = 0 < width <= WIDEST and 0 < height <= HIGHEST and len(content) <= LARGEST
    if not is_sized or not content.startswith(SIGNATURES[ending]):
        raise Invalid("what came out of the cell is no logo")
    return Made(content, ending, width, height, left_out)
