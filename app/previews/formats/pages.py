"""Drawing the pages of a PDF with PDFium: runs in a cell.

PDFium is built without V8 and XFA: scripts in a PDF are not run here, whatever they ask for.
"""

import unicodedata
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import pikepdf
import pypdfium2
from PIL import Image

from app.core.cells import Answer
from app.previews.formats.drawing import Drawing, Picture, to_answer
from app.previews.rules import ALT_LENGTH, Problem, scale

LARGE: Final = 300_000
"""Bytes of a lossless picture from which the page is mostly photographs: those lose nothing visible."""
QUALITY: Final = 80


def work(arguments: Mapping[str, Any], content: bytes) -> Answer:
    """Draw the pages `first` to `last` of a PDF: what a cell does."""
    return to_answer(draw(content, int(arguments["first"]), int(arguments["last"])))


def draw(content: bytes, first: int, last: int) -> Drawing:
    """Return the pictures of the pages `first` to `last`, counted from 1, or the problem."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return Drawing(0, problem=_problem(content))
    try:
        pages = len(document)
        if not pages:
            return Drawing(0, problem=Problem.EMPTY)
        pictures = tuple(
            _picture(document, number) for number in range(first, min(last, pages) + 1)
        )
    except pypdfium2.PdfiumError:
        return Drawing(0, problem=Problem.BROKEN)
    finally:
        document.close()
    drawn = tuple(one for one in pictures if one is not None)
    return Drawing(pages, drawn, None if len(drawn) == len(pictures) else Problem.LIMITS)


def _problem(content: bytes) -> Problem:
    """Return why PDFium cannot open a PDF. Its own word for it may be about the file before."""
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as document:
            return Problem.BROKEN if len(document.pages) else Problem.EMPTY
    except pikepdf.PasswordError:
        return Problem.PASSWORD
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError):
        return Problem.BROKEN


def _picture(document: Any, number: int) -> Picture | None:
    page = document[number - 1]
    try:
        wanted = scale(*page.get_size())
        if wanted is None:
            return None
        image = page.render(scale=wanted, may_draw_forms=False).to_pil().convert("RGB")
        return Picture(number, image.width, image.height, _text(page), _written(image))
    finally:
        page.close()


def _written(image: Image.Image) -> bytes:
    """Return a picture as WebP: for pages of text a third of a PNG."""
    target = BytesIO()
    image.save(target, "WEBP", lossless=True, method=2)
    if target.tell() > LARGE:
        target = BytesIO()
        image.save(target, "WEBP", quality=QUALITY, method=2)
    return target.getvalue()


def _text(page: Any) -> str:
    """Return the first words of a page on one line, without characters that turn or hide others."""
    try:
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        found = text_page.get_text_range(0, min(ALT_LENGTH * 4, text_page.count_chars()))
    finally:
        text_page.close()
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in found
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    return " ".join(shown.split())[:ALT_LENGTH]
