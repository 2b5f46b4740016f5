"""The whole document, page by page."""

from datetime import date

from reportlab.lib.units import mm

from app import paper
from app.core import languages, text
from app.core.languages import gettext as _
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import NAMES, Kind
from app.paper import Fact
from app.renditions.formats.pdf import closing, letterhead, lines, table
from app.renditions.formats.pdf.fonts import BOLD, wrapped
from app.renditions.formats.pdf.sheet import BODY, LEADING, LEFT, ROOM, Page, Pen, printed
from app.renditions.formats.wanted import House, Stamp


def drawn(
    einvoice: EInvoice,
    kind: Kind,
    house: House,
    logo: bytes = b"",
    stamp: Stamp | None = None,
) -> bytes:
    """Return the PDF of a document in the language spoken now: the same bytes every time.

    `logo` is a PNG, empty where there is none. `stamp` says who accepted it; it stands below the
    title of the first page.
    Every font is embedded. Raises `UndrawableError` where the fonts lack letters of the document.
    """
    title = title_of(einvoice, kind)
    pages = laid_out(einvoice, kind, house, title, logo, stamp)
    return printed(pages, title, languages.current())


def title_of(einvoice: EInvoice, kind: Kind) -> str:
    """Return the kind of a document in the language spoken now, with its number."""
    return f"{_(NAMES[kind])} {einvoice.number}".strip()


def laid_out(
    einvoice: EInvoice,
    kind: Kind,
    house: House,
    title: str,
    logo: bytes = b"",
    stamp: Stamp | None = None,
) -> list[Page]:
    """Return the pages of a document, with all that stands on them."""
    window = letterhead.window_of(house.country)
    pen = Pen(house, letterhead.TEXT_TOP)
    letterhead.head(pen, einvoice, logo)
    letterhead.address(pen, einvoice, window)
    below = letterhead.facts(pen, _facts(einvoice), window)
    letterhead.marks(pen.page, window)
    pen.y = min(letterhead.TEXT_TOP, below - 6 * mm)
    _opening(pen, einvoice, title, stamp)
    for one, rows in lines.tables(einvoice, kind):
        table.draw(pen, one, rows)
        pen.y -= BODY * LEADING
    closing.close(pen, einvoice, kind)
    letterhead.feet(pen, einvoice, title)
    return pen.pages


def _facts(einvoice: EInvoice) -> list[Fact]:
    number = einvoice.buyer.identifiers[0].value if einvoice.buyer.identifiers else ""
    vat = einvoice.buyer.vat_identifier
    return [
        *paper.dates(einvoice),
        *([(_("Customer number"), number)] if number else []),
        *paper.references(einvoice),
        *([(_("Your VAT number"), vat)] if vat else []),
    ]


def _opening(pen: Pen, einvoice: EInvoice, title: str, stamp: Stamp | None) -> None:
    pen.paragraph(title, font=BOLD, size=15, colour=pen.house.colour)
    pen.y -= 2 * mm
    if stamp is not None:
        _stamp(pen, stamp)
    answer = paper.answer(einvoice)
    if answer:
        pen.paragraph(answer[1], font=BOLD, x=LEFT)
        pen.y -= 1 * mm
    for note in einvoice.notes:
        if note.text:
            pen.paragraph(note.text)
            pen.y -= 1 * mm
    pen.y -= 3 * mm


def _stamp(pen: Pen, stamp: Stamp) -> None:
    """Write who accepted it and when, in a frame as wide as the page."""
    said = stamp_sentence(stamp)
    inset, line = 3 * mm, BODY * LEADING
    lines = wrapped(said, BOLD, BODY, ROOM - 2 * inset)
    top = pen.y + BODY + 1 * mm
    for one in lines:
        pen.say(LEFT + inset, one, font=BOLD, colour=pen.house.colour)
        pen.y -= line
    bottom = pen.y + BODY - 2 * mm
    pen.frame(top, bottom, colour=pen.house.colour)
    pen.y = bottom - 5 * mm


def stamp_sentence(stamp: Stamp) -> str:
    """Say who accepted it and when, in the language spoken now."""
    day = text.day(date.fromisoformat(stamp.day), "long")
    if stamp.order_number:
        return _(
            "Accepted on %(day)s by %(name)s, order %(order)s",
            day=day,
            name=stamp.name,
            order=stamp.order_number,
        )
    return _("Accepted on %(day)s by %(name)s", day=day, name=stamp.name)
