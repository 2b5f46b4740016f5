"""The inside of making a letter ready: what a cell does. Nobody else imports this."""

import re
import unicodedata
from collections.abc import Mapping
from io import BytesIO
from itertools import count
from typing import Any, Final

import pikepdf
import pypdfium2
from reportlab.lib.units import mm

from app.core import languages
from app.core.cells import Answer
from app.core.languages import gettext as _
from app.delivery.channels.print_centre.sheets import Unfit, Window, Wish, unpacked
from app.renditions.formats.pdf import UndrawableError, letterhead, sheet
from app.renditions.formats.pdf.fonts import BOLD, plain, width
from app.renditions.formats.pdf.sheet import HEIGHT, WIDTH, Page, Pen

TOLERANCE: Final = 3 * mm
"""By how much a page may be smaller or larger than A4."""
DOTS: Final = 1.5
"""Dots for each point, when the window is looked at."""
WHITE: Final = 250
TEST_SIZE: Final = 15.0


class _UnfitError(Exception):
    def __init__(self, unfit: Unfit, detail: str = "") -> None:
        super().__init__(unfit)
        self.unfit, self.detail = unfit, detail


def work(arguments: Mapping[str, Any], payload: bytes) -> Answer:
    """Make a PDF ready; the answer says why not, or how many pages and how the address is seen."""
    wish = unpacked(arguments)
    reader = wish.reader
    try:
        with languages.speaking(reader.language, reader.region, reader.timezone):
            return _made(wish, payload)
    except _UnfitError as error:
        return Answer({"unfit": error.unfit.value, "detail": error.detail})
    except UndrawableError as error:
        return Answer({"unfit": Unfit.LETTERS.value, "detail": str(error)})


def _made(wish: Wish, content: bytes) -> Answer:
    try:
        pdf = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError as error:
        raise _UnfitError(Unfit.LOCKED) from error
    except pikepdf.PdfError as error:
        raise _UnfitError(Unfit.BROKEN) from error
    with pdf:
        _look_at(pdf, wish)
        seen = Window.COVER if wish.covers_always else _window(wish, content)
        if seen is Window.WRITTEN:
            _write_into(pdf, wish)
        pages = len(pdf.pages)
        side = 2 if wish.is_duplex else 1
        sheets = -(-pages // side)
        if seen is Window.COVER:
            pages += _cover(pdf, wish)
            sheets += 1
        if wish.is_test:
            _mark(pdf, wish)
        target = BytesIO()
        pdf.save(target, deterministic_id=True, encryption=False)
    header = {"pages": pages, "sheets": sheets, "window": seen.value}
    return Answer(header, (target.getvalue(),))


def _look_at(pdf: pikepdf.Pdf, wish: Wish) -> None:
    pages = len(pdf.pages)
    if not pages:
        raise _UnfitError(Unfit.EMPTY)
    if pages > wish.most_pages:
        raise _UnfitError(Unfit.TOO_LONG, str(pages))
    for number, page in enumerate(pdf.pages, start=1):
        if not _is_a4(page, may_lie=number > 1):
            raise _UnfitError(Unfit.NOT_A4, str(number))


def _is_a4(page: pikepdf.Page, *, may_lie: bool) -> bool:
    left, bottom, right, top = (float(one) for one in page.cropbox)
    wide, high = abs(right - left), abs(top - bottom)
    if int(page.obj.get("/Rotate", 0)) % 180:
        wide, high = high, wide
    stands = abs(wide - WIDTH) <= TOLERANCE and abs(high - HEIGHT) <= TOLERANCE
    lies = abs(high - WIDTH) <= TOLERANCE and abs(wide - HEIGHT) <= TOLERANCE
    return stands or (may_lie and lies)


def _window(wish: Wish, content: bytes) -> Window:
    """Say how the address can be seen through the window of the first page."""
    hole = letterhead.window_of(wish.house.country)
    left, right = hole.left - 2 * mm, hole.left + hole.room
    top, bottom = hole.top + 4 * mm, hole.top - hole.height
    document = pypdfium2.PdfDocument(content)
    try:
        page = document[0]
        text = page.get_textpage().get_text_bounded(left, bottom, right, top)
        if _carries(text, wish.lines):
            return Window.OWN
        high = page.get_height()
        crop = (left, bottom, max(page.get_width() - right, 0), max(high - top, 0))
        seen = page.render(scale=DOTS, crop=crop, grayscale=True).to_pil()
        return Window.WRITTEN if seen.getextrema()[0] >= WHITE else Window.COVER
    finally:
        document.close()


def _carries(text: str, lines: tuple[str, ...]) -> bool:
    """Say whether every line of an address stands in a text, blanks and capitals apart."""
    there = _compared(text)
    return all(_compared(line) in there for line in lines)


def _compared(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _write_into(pdf: pikepdf.Pdf, wish: Wish) -> None:
    pen = Pen(wish.house, letterhead.TEXT_TOP)
    letterhead.in_window(pen, wish.sender, wish.lines, letterhead.window_of(wish.house.country))
    _lay(pdf.pages[0], pen.pages)


def _mark(pdf: pikepdf.Pdf, wish: Wish) -> None:
    """Write on every page that it is none to be posted (B2-23)."""
    for page in pdf.pages:
        pen = Pen(wish.house, letterhead.TEXT_TOP)
        said = plain(_("TEST – do not post"))
        x = (WIDTH - width(said, BOLD, TEST_SIZE)) / 2
        pen.say(x, said, font=BOLD, size=TEST_SIZE, colour="#b00020", y=HEIGHT - 12 * mm)
        _lay(page, pen.pages)


def _lay(page: pikepdf.Page, over: list[Page]) -> None:
    """Lay a drawn page over another: `Page.add_overlay`, but with a name that is the same again.

    Two attempts at one letter write the same bytes, whichever of them the print centre takes.
    """
    with pikepdf.open(BytesIO(sheet.printed(over, "", languages.current()))) as layer:
        drawn = layer.pages[0].as_form_xobject()
        known: Any = page.resources.get("/XObject", {})
        free = next(one for one in map("/KontorLayer{}".format, count()) if one not in known)
        name = page.add_resource(drawn, pikepdf.Name.XObject, pikepdf.Name(free))
        box = pikepdf.Rectangle(*(float(one) for one in page.cropbox))
        placed = page.calc_form_xobject_placement(
            drawn, name, box, invert_transformations=True, allow_shrink=True, allow_expand=True
        )
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"Q\n")
    page.contents_add(placed)
    page.contents_coalesce()


def _cover(pdf: pikepdf.Pdf, wish: Wish) -> int:
    """Lay a sheet with the address on top; returns how many pages it has."""
    pen = Pen(wish.house, letterhead.TEXT_TOP)
    window = letterhead.window_of(wish.house.country)
    letterhead.named(pen, wish.house.name)
    letterhead.in_window(pen, wish.sender, wish.lines, window)
    letterhead.facts(pen, list(wish.facts), window)
    letterhead.marks(pen.page, window)
    if wish.is_duplex:
        pen.turn()  # what follows begins on a sheet of its own
    title = _("Cover sheet")
    with pikepdf.open(BytesIO(sheet.printed(pen.pages, title, languages.current()))) as cover:
        pages = len(cover.pages)
        for place, page in enumerate(cover.pages):
            pdf.pages.insert(place, page)
    return pages
