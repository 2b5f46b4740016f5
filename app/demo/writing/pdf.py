"""A Factur-X PDF: a readable A4 invoice in German with its XML inside (PDF/A-3 by construction).

Every font is embedded and the output intent is sRGB, as PDF/A-3 asks; nothing else of it is checked.
"""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import facturx
import pikepdf
import reportlab
from PIL import ImageCms
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

from app.core import languages, text
from app.core.money import Money
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.line import Line
from app.documents.rules.party import Address, Party

FONT: Final = "Vera"
BOLD: Final = "VeraBd"
INK: Final = HexColor("#1c2126")
HAIRLINE: Final = HexColor("#b9b4a8")
WIDTHS: Final = (11 * mm, 74 * mm, 25 * mm, 30 * mm, 30 * mm)
LEFT: Final = 25 * mm
RIGHT_MARGIN: Final = 15 * mm
HEAD: Final = 22 * mm
FOOT: Final = 25 * mm
UNITS: Final = {"C62": "Stk.", "HUR": "Std.", "KMT": "km", "DAY": "Tage", "LS": "pauschal"}


def written(einvoice: EInvoice, xml: bytes, language: str, accent: str) -> bytes:
    """Return the PDF with `xml` inside; `accent` is the colour of the seller, `#rrggbb`."""
    with languages.speaking(language, (einvoice.seller.address or Address()).country):
        page = _with_output_intent(_page(einvoice, HexColor(accent)))
    found = facturx.generate_from_binary(
        page, xml, flavor="factur-x", level="en16931", check_xsd=True, lang=language
    )
    return bytes(found)


def _fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))


def _style(name: str, size: float, *, bold: bool = False, right: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=BOLD if bold else FONT,
        fontSize=size,
        leading=size * 1.45,
        textColor=INK,
        alignment=TA_RIGHT if right else 0,
    )


BODY: Final = _style("body", 8.5)
SMALL: Final = _style("small", 6.5)
RIGHT: Final = _style("right", 8.5, right=True)
STRONG: Final = _style("strong", 8.5, bold=True)
STRONG_RIGHT: Final = _style("strong-right", 8.5, bold=True, right=True)
PLAIN: Final = (
    ("FONTNAME", (0, 0), (-1, -1), FONT),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
)
TITLE: Final = _style("title", 15, bold=True)


def _page(einvoice: EInvoice, accent: HexColor) -> bytes:
    _fonts()
    target = BytesIO()
    sheet = BaseDocTemplate(
        target,
        pagesize=A4,
        title=f"Rechnung {einvoice.number}",
        author=einvoice.seller.name,
        lang="de-DE",
        initialFontName=FONT,
    )

    def letterhead(canvas: Canvas, _sheet: object) -> None:
        _letterhead(canvas, einvoice.seller, accent)

    width, height = A4
    room = (LEFT, FOOT, width - LEFT - RIGHT_MARGIN, height - FOOT - HEAD)
    frame = Frame(*room, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    sheet.addPageTemplates(PageTemplate(frames=[frame], onPage=letterhead))
    sheet.build(_story(einvoice))
    return target.getvalue()


def _letterhead(canvas: Canvas, seller: Party, accent: HexColor) -> None:
    width, height = A4
    canvas.saveState()
    canvas.setFillColor(accent)
    canvas.rect(LEFT, height - 16 * mm, 6 * mm, 6 * mm, stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.setFont(BOLD, 11)
    canvas.drawString(34 * mm, height - 15 * mm, seller.name)
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(LEFT, 19 * mm, width - RIGHT_MARGIN, 19 * mm)
    canvas.setFont(FONT, 6.5)
    mail = seller.contact.email if seller.contact else ""
    phone = seller.contact.telephone if seller.contact else ""
    canvas.drawString(LEFT, 15 * mm, f"{_in_one_line(seller)}   ·   {phone}   ·   {mail}")
    law = (f"USt-IdNr. {seller.vat_identifier}", seller.legal_information)
    canvas.drawString(LEFT, 11.5 * mm, "   ·   ".join(filter(None, law)))
    canvas.restoreState()


def _in_one_line(party: Party) -> str:
    address = party.address or Address()
    return f"{party.name}, {address.line_1}, {address.postcode} {address.city}"


def _story(einvoice: EInvoice) -> list[Any]:
    return [
        Spacer(1, 12 * mm),
        Paragraph(_in_one_line(einvoice.seller), SMALL),
        Spacer(1, 2 * mm),
        *(Paragraph(line, BODY) for line in _address(einvoice.buyer)),
        Spacer(1, 16 * mm),
        Paragraph(f"Rechnung {einvoice.number}", TITLE),
        Spacer(1, 5 * mm),
        _facts(einvoice),
        Spacer(1, 6 * mm),
        *(Paragraph(note.text, BODY) for note in einvoice.notes),
        Spacer(1, 3 * mm),
        _lines(einvoice),
        Spacer(1, 3 * mm),
        _totals(einvoice),
        Spacer(1, 8 * mm),
        *(Paragraph(line, BODY) for line in _terms(einvoice)),
    ]


def _address(party: Party) -> list[str]:
    address = party.address or Address()
    place = f"{address.postcode} {address.city}"
    return [line for line in (party.name, address.line_1, address.line_2, place) if line]


def _facts(einvoice: EInvoice) -> Table:
    dates = [(name, day) for name, day in _dates(einvoice) if day]
    facts = [(name, text.day(day)) for name, day in dates]
    facts += [("Ihre Bestellung", einvoice.purchase_order)] if einvoice.purchase_order else []
    facts += [("Ihre USt-IdNr.", einvoice.buyer.vat_identifier)]
    rows = [
        [Paragraph(name, BODY), Paragraph(said, STRONG)] for name, said in facts if said is not None
    ]
    style = [*PLAIN, ("LEFTPADDING", (0, 0), (0, -1), 0)]
    return Table(rows, colWidths=(38 * mm, 132 * mm), style=style)


def _dates(einvoice: EInvoice) -> list[tuple[str, Any]]:
    delivered = einvoice.delivery.day if einvoice.delivery else None
    return [
        ("Rechnungsdatum", einvoice.issue_date),
        ("Lieferdatum", delivered or einvoice.issue_date),
        ("Zahlbar bis", einvoice.due_date),
    ]


def _money(amount: Decimal | None, currency: str) -> str:
    return text.money(Money.of(amount or Decimal(0), currency))


def _lines(einvoice: EInvoice) -> Table:
    names = ("Pos.", "Bezeichnung", "Menge", "Einzelpreis", "Betrag")
    styles = (STRONG, STRONG, STRONG_RIGHT, STRONG_RIGHT, STRONG_RIGHT)
    head = [Paragraph(name, style) for name, style in zip(names, styles, strict=True)]
    rows = [_row(line, einvoice.currency) for line in einvoice.lines]
    style = [
        *PLAIN,
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, HAIRLINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    return Table([head, *rows], colWidths=WIDTHS, repeatRows=1, style=style)


def _row(line: Line, currency: str) -> list[Paragraph]:
    name = f"{line.item.name}<br/><font size=6.5>{line.item.description}</font>"
    quantity = f"{text.number(line.quantity or Decimal(0))} {UNITS.get(line.unit, line.unit)}"
    price = line.price.net if line.price else None
    return [
        Paragraph(line.identifier, BODY),
        Paragraph(name if line.item.description else line.item.name, BODY),
        Paragraph(quantity, RIGHT),
        Paragraph(_money(price, currency), RIGHT),
        Paragraph(_money(line.net, currency), RIGHT),
    ]


def _totals(einvoice: EInvoice) -> Table:
    currency, totals = einvoice.currency, einvoice.totals
    rows = [("Summe ohne Umsatzsteuer", _money(totals.without_vat, currency))]
    for entry in einvoice.vat_breakdown:
        name = f"Umsatzsteuer {text.percent(entry.rate or Decimal(0))}"
        base = _money(entry.base, currency)
        rows.append((f"{name} auf {base}", _money(entry.amount, currency)))
    cells = [[Paragraph(name, BODY), Paragraph(said, RIGHT)] for name, said in rows]
    whole = Paragraph(_money(totals.due, currency), STRONG_RIGHT)
    cells.append([Paragraph("Zahlbetrag", STRONG), whole])
    style = [
        *PLAIN,
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("LINEABOVE", (0, -1), (-1, -1), 0.8, INK),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    return Table(cells, colWidths=(70 * mm, 32 * mm), hAlign="RIGHT", style=style)


def _terms(einvoice: EInvoice) -> list[str]:
    lines = [einvoice.payment_terms]
    lines += [
        f"IBAN {one.iban} · BIC {one.bic} · Verwendungszweck {one.remittance}"
        for one in einvoice.payment_instructions
    ]
    lines += [entry.exemption_reason for entry in einvoice.vat_breakdown]
    return [line for line in lines if line]


def _with_output_intent(page: bytes) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with pikepdf.open(BytesIO(page)) as document:
        colours = document.make_stream(profile, N=3)
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier=pikepdf.String("sRGB"),
            DestOutputProfile=document.make_indirect(colours),
        )
        document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])
        target = BytesIO()
        document.save(target)
        return target.getvalue()
