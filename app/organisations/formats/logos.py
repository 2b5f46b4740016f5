"""Making a logo: runs in a cell. Pictures are drawn anew, drawings are copied by a list of what may be."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from app.core.cells import Answer
from app.organisations.formats.apart import Made, to_answer
from app.organisations.formats.drawing import UnreadableError, UnsafeError, copied
from app.organisations.rules.branding import HIGHEST, LARGEST_DRAWING, WIDEST, Ending, Flaw, fitted

MOST_PIXELS: Final = 25_000_000
READ: Final = ("PNG", "JPEG", "WEBP")


def work(_arguments: Mapping[str, Any], content: bytes) -> Answer:
    """Make a logo out of the bytes of a file: what a cell does."""
    return to_answer(made(content))


def made(content: bytes) -> Made:
    """Return the logo, or what is wrong with the file."""
    try:
        image = Image.open(BytesIO(content), formats=READ)
    except Image.DecompressionBombError:
        return Made(flaw=Flaw.TOO_LARGE)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return _drawn(content)
    return _painted(image)


def _painted(image: Image.Image) -> Made:
    """Draw a picture anew: of the file nothing is kept but what can be seen."""
    if image.width * image.height > MOST_PIXELS:
        return Made(flaw=Flaw.TOO_LARGE)
    try:
        seen = ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError):
        return Made(flaw=Flaw.UNREADABLE)
    box = seen.getchannel("A").getbbox()
    if box is None:
        return Made(flaw=Flaw.EMPTY)
    seen = seen.crop(box)
    size = fitted(*seen.size, WIDEST, HIGHEST)
    small = seen.resize(size, Image.Resampling.LANCZOS) if size != seen.size else seen
    # A picture of its own: what Pillow would take along from the file is left behind.
    bare = Image.new("RGBA", small.size)
    bare.paste(small)
    target = BytesIO()
    bare.save(target, "PNG", optimize=True)
    return Made(target.getvalue(), Ending.PNG, *size)


def _drawn(content: bytes) -> Made:
    if len(content) > LARGEST_DRAWING:
        return Made(flaw=Flaw.TOO_LARGE if b"<svg" in content[:4096] else Flaw.UNREADABLE)
    try:
        drawing = copied(content)
    except UnsafeError:
        return Made(flaw=Flaw.UNSAFE)
    except UnreadableError:
        return Made(flaw=Flaw.UNREADABLE)
    if drawing.shapes == 0:
        return Made(flaw=Flaw.EMPTY)
    size = fitted(drawing.width, drawing.height, WIDEST, HIGHEST)
    return Made(drawing.content, Ending.SVG, *size, tuple(sorted(drawing.left_out)))
