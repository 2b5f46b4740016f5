"""Sheets of A4: where things stand on them, and a pen that writes downwards from page to page."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.renditions.formats.pdf.fonts import BOLD, REGULAR, plain, registered, width, wrapped
from app.renditions.formats.wanted import House

WIDTH, HEIGHT = A4
LEFT: Final = 25 * mm
RIGHT: Final = WIDTH - 15 * mm
ROOM: Final = RIGHT - LEFT
FOOT: Final = 32 * mm
"""Where the text of a page ends, above its foot."""
NEXT_TOP: Final = HEIGHT - 34 * mm
"""Where the text of every page but the first begins."""

INK: Final = "#1c2126"
MUTED: Final = "#565d66"
HAIRLINE: Final = "#c9c5bb"
BODY: Final = 9.0
SMALL: Final = 7.5
LEADING: Final = 1.38
"""Distance of lines, in sizes."""


@dataclass(slots=True)
class Page:
    """What stands on one page: texts (x, y, text, font, size, colour) and lines."""

    texts: list[tuple[float, float, str, str, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float, str]] = field(default_factory=list)
    """Lines: x1, y1, x2, y2, width, colour."""
    pictures: list[tuple[Image.Image, float, float, float, float]] = field(default_factory=list)
    """Pictures without transparency: x, y of the lower left corner, width, height."""


class Pen:
    """Writes on pages and begins new ones; `y` is the height of the next line, in points."""

    def __init__(self, house: House, first_top: float) -> None:
        registered()
        self.house = house
        self.pages = [Page()]
        self.y = first_top

    @property
    def page(self) -> Page:
        """The page that is written on."""
        return self.pages[-1]

    def turn(self) -> None:
        """Begin a new page."""
        self.pages.append(Page())
        self.y = NEXT_TOP

    def fits(self, height: float) -> bool:
        """Say whether something so high still has its place on this page."""
        return bool(self.y - height >= FOOT)

    def need(self, height: float) -> None:
        """Begin a new page unless something so high fits on this one."""
        if not self.fits(height):
            self.turn()

    def say(
        self,
        x: float,
        text: str,
        *,
        font: str = REGULAR,
        size: float = BODY,
        colour: str = INK,
        y: float | None = None,
        from_right: bool = False,
    ) -> None:
        """Write one line with its left, or right, end at `x`; at the pen's height unless told."""
        shown = plain(text)
        begin = x - width(shown, font, size) if from_right else x
        self.page.texts.append((begin, self.y if y is None else y, shown, font, size, colour))

    def rule(
        self,
        y: float,
        *,
        left: float = LEFT,
        right: float = RIGHT,
        thick: float = 0.4,
        colour: str = HAIRLINE,
    ) -> None:
        """Draw a line across."""
        self.page.rules.append((left, y, right, y, thick, colour))

    def frame(self, top: float, bottom: float, *, colour: str, thick: float = 1.2) -> None:
        """Draw a frame as wide as the text."""
        corners = ((LEFT, top), (RIGHT, top), (RIGHT, bottom), (LEFT, bottom))
        for place, (x, y) in enumerate(corners):
            self.page.rules.append((x, y, *corners[(place + 1) % 4], thick, colour))

    def paragraph(
        self,
        text: str,
        *,
        x: float = LEFT,
        room: float = ROOM,
        font: str = REGULAR,
        size: float = BODY,
        colour: str = INK,
    ) -> None:
        """Write a text in lines, over as many pages as it takes."""
        for line in wrapped(text, font, size, room):
            self.need(size * LEADING)
            self.say(x, line, font=font, size=size, colour=colour)
            self.y -= size * LEADING

    def heading(self, text: str, below: float = 3 * BODY) -> None:
        """Write a small heading that stays with what follows, `below` points high."""
        self.need(BODY * LEADING + below)
        self.say(LEFT, text, font=BOLD, size=BODY)
        self.y -= BODY * LEADING


def printed(pages: list[Page], title: str, language: str) -> bytes:
    """Return the PDF of finished pages: the same bytes for the same pages."""
    target = BytesIO()
    canvas = Canvas(
        target, pagesize=A4, invariant=1, pageCompression=1, initialFontName=REGULAR, lang=language
    )
    canvas.setTitle(title)
    colours: dict[str, Any] = {}
    for page in pages:
        _print(canvas, page, colours)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _print(canvas: Canvas, page: Page, colours: dict[str, Any]) -> None:
    for x1, y1, x2, y2, thick, colour in page.rules:
        canvas.setLineWidth(thick)
        canvas.setStrokeColor(_colour(colour, colours))
        canvas.line(x1, y1, x2, y2)
    for picture, x, y, wide, high in page.pictures:
        canvas.drawImage(ImageReader(picture), x, y, wide, high)
    text = canvas.beginText()
    before: tuple[str, float, str] | None = None
    for x, y, said, font, size, colour in page.texts:
        if (font, size, colour) != before:
            text.setFont(font, size)
            text.setFillColor(_colour(colour, colours))
            before = (font, size, colour)
        text.setTextOrigin(x, y)
        text.textOut(said)
    canvas.drawText(text)


def _colour(code: str, known: dict[str, Any]) -> Any:
    if code not in known:
        known[code] = HexColor(code)
    return known[code]
