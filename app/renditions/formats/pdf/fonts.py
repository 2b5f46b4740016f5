"""The fonts of a sheet (Roboto, embedded): what they can draw, how wide it is, where it breaks."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from reportlab import rl_config
from reportlab.graphics import shapes
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "Roboto"
BOLD: Final = "Roboto-Bold"
FOLDER: Final = Path(__file__).resolve().parents[3] / "static" / "fonts"
FILES: Final = {REGULAR: "Roboto-Regular.ttf", BOLD: "Roboto-Bold.ttf"}

SUBSTITUTES: Final = {"→": "->", "←": "<-", "✓": "√", "✔": "√", "●": "•", "■": "•", "‑": "-"}
"""Common signs that Roboto lacks → what stands for them."""


class UndrawableError(Exception):
    """The fonts lack letters of a document; the message lists them."""


@cache
def registered() -> None:
    """Make the fonts known to ReportLab, and keep it from adding Helvetica by itself (PDF/A)."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, FOLDER / file))
    rl_config.canvas_basefontname = REGULAR
    shapes.STATE_DEFAULTS["fontName"] = REGULAR


@cache
def _widths(font: str) -> tuple[dict[int, float], frozenset[int]]:
    """Return the widths of a font's letters in thousandths of its size, and the letters it has."""
    registered()
    face = pdfmetrics.getFont(font).face
    return face.charWidths, frozenset(face.charToGlyph)


def width(text: str, font: str, size: float) -> float:
    """Return how wide a text is, in points."""
    widths = _widths(font)[0]
    return sum(widths.get(ord(letter), 0.0) for letter in text) * size / 1000


def plain(text: str) -> str:
    """Return a text as the fonts can draw it; raises `UndrawableError` where they cannot.

    Composed (NFC), control characters taken out, signs that Roboto lacks by what stands for them.
    """
    has = _widths(REGULAR)[1]
    if all(ord(letter) in has for letter in text) and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    found = "".join(_drawable(letter, has) for letter in composed)
    missing = sorted({letter for letter in found if ord(letter) not in has})
    if missing:
        raise UndrawableError(" ".join(missing[:10]))
    return found


def _drawable(letter: str, has: frozenset[int]) -> str:
    if letter in "\n\t":
        return letter if letter == "\n" and ord(letter) in has else " "
    category = unicodedata.category(letter)
    if category in ("Cc", "Cf"):
        return ""
    if ord(letter) in has:
        return letter
    if category == "Zs":
        return " "
    return SUBSTITUTES.get(letter) or unicodedata.normalize("NFKC", letter)


def wrapped(text: str, font: str, size: float, room: float) -> list[str]:
    """Return a text in lines of at most `room` points; its own line breaks stay.

    A word longer than a line is broken where the line is full.
    """
    return [
        line
        for paragraph in text.splitlines()
        for line in _paragraph(plain(paragraph), font, size, room)
    ]


def shortened(text: str, font: str, size: float, room: float) -> str:
    """Return a text in one line of at most `room` points, with an ellipsis where it was longer."""
    shown = plain(" ".join(text.split()))
    if width(shown, font, size) <= room:
        return shown
    while shown and width(shown + "…", font, size) > room:
        shown = shown[:-1]
    return shown.rstrip() + "…"


def _paragraph(text: str, font: str, size: float, room: float) -> Iterator[str]:
    if width(text, font, size) <= room:
        yield text
        return
    line = ""
    for word in text.split(" "):
        wider = f"{line} {word}" if line else word
        if width(wider, font, size) <= room:
            line = wider
            continue
        if line:
            yield line
        *full, line = _broken(word, font, size, room)
        yield from full
    yield line


def _broken(word: str, font: str, size: float, room: float) -> list[str]:
    """Return a word in pieces that each fit; nearly always it is one."""
    if width(word, font, size) <= room:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and width(piece + letter, font, size) > room:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
