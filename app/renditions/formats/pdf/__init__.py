"""A document as a PDF for people: drawn on the canvas, line by line, in the reader's language."""

from app.renditions.formats.pdf.fonts import UndrawableError
from app.renditions.formats.pdf.whole import drawn, title_of
from app.renditions.formats.wanted import House

__all__ = ["House", "UndrawableError", "drawn", "title_of"]
