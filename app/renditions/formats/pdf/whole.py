"""The whole document, page by page."""

from reportlab.lib.units import mm

from app import paper
from app.core import languages
from app.core.languages import gettext as _
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import NAMES, Kind
from app.paper import Fact
from app.renditions.formats.pdf import closing, letterhead, lines, table
from app.renditions.formats.pdf.fonts import BOLD
from app.renditions.formats.pdf.sheet import BODY, LEADING, LEFT, Page, Pen, printed
from app.renditions.formats.wanted import House


def drawn(einvoice: EInvoice, kind: Kind, house: House, logo: bytes = b"") -> bytes:
    """Return the PDF of a document in the language spoken now: the same bytes every time.

    `logo` is a PNG, empty where there is none.

    Every font is embedded. Raises `UndrawableError` where the fonts lack letters of the document.
    """
    title = title_of(einvoice, kind)
    return printed(laid_out(einvoice, kind, house, title, logo), title, languages.current())


def title_of(einvoice: EInvoice, kind: Kind) -> str:
    """Return the kind of a document in the language spoken now, with its number."""
    return f"{_(NAMES[kind])} {einvoice.number}".strip()


def laid_out(
    einvoice: EInvoice, kind: Kind, house: House, title: str, logo: bytes = b""
) -> list[Page]:
    """Return the pages of a document, with all that stands on them."""
    window = letterhead.window_of(house.country)
    pen = Pen(house, letterhead.TEXT_TOP)
    letterhead.head(pen, einvoice, logo)
    letterhead.address(pen, einvoice, window)
    below = letterhead.facts(pen, _facts(einvoice), window)
    letterhead.marks(pen.page, window)
    pen.y = min(letterhead.TEXT_TOP, below - 6 * mm)
    _opening(pen, einvoice, title)
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


def _opening(pen: Pen, einvoice: EInvoice, title: str) -> None:
    pen.paragraph(title, font=BOLD, size=15, colour=pen.house.colour)
    pen.y -= 2 * mm
    answer = paper.answer(einvoice)
    if answer:
        pen.paragraph(answer[1], font=BOLD, x=LEFT)
        pen.y -= 1 * mm
    for note in einvoice.notes:
        if note.text:
            pen.paragraph(note.text)
            pen.y -= 1 * mm
    pen.y -= 3 * mm
