"""What surrounds the text: letterhead, address window, fold marks, the facts beside it, the foot.

Windows: DIN 5008 form B, with the address on the left; Switzerland and Liechtenstein, on the right
(SN 010130).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image
from reportlab.lib.units import mm

from app.core.languages import gettext as _
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.party import Address, Party
from app.paper import Fact, address_lines
from app.renditions.formats.pdf.fonts import BOLD, REGULAR, plain, shortened, width, wrapped
from app.renditions.formats.pdf.sheet import (
    BODY,
    HAIRLINE,
    HEIGHT,
    LEADING,
    LEFT,
    MUTED,
    RIGHT,
    ROOM,
    SMALL,
    Page,
    Pen,
)

FACT_ROOM: Final = 75 * mm
LABEL_ROOM: Final = 33 * mm
GAP: Final = 1.5 * mm
ADDRESS_SIZE: Final = 10.0
SENDER_SIZE: Final = 6.2
TEXT_TOP: Final = HEIGHT - 103.5 * mm
"""Where the text of the first page begins at the earliest: below the window."""
LOGO_WIDEST, LOGO_HIGHEST = 60 * mm, 15 * mm
FOOT_SIZE: Final = 6.8
FOOT_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Window:
    """Where the address shows through the envelope, and where the letter is folded (points)."""

    left: float
    """Of the text inside the window."""
    top: float
    """Upper edge of the zone that the address stands in; the sender's line is above it."""
    room: float
    height: float
    facts: float
    """Left edge of the facts beside the window."""
    folds: tuple[float, ...]


DIN_LEFT: Final = Window(
    left=25 * mm,
    top=HEIGHT - 62.7 * mm,
    room=78 * mm,
    height=27.3 * mm,
    facts=RIGHT - FACT_ROOM,
    folds=(HEIGHT - 105 * mm, HEIGHT - 148.5 * mm, HEIGHT - 210 * mm),
)
SWISS_RIGHT: Final = Window(
    left=120 * mm,
    top=HEIGHT - 60 * mm,
    room=75 * mm,
    height=29 * mm,
    facts=LEFT,
    folds=(HEIGHT - 99 * mm, HEIGHT - 148.5 * mm, HEIGHT - 198 * mm),
)
RIGHT_WINDOWS: Final = frozenset({"CH", "LI"})


def window_of(country: str) -> Window:
    """Return the window of a country's envelopes."""
    return SWISS_RIGHT if country in RIGHT_WINDOWS else DIN_LEFT


def in_one_line(party: Party) -> str:
    """Return who and where a party is, as senders write above an address."""
    here = party.address or Address()
    town = f"{here.postcode} {here.city}".strip()
    return " · ".join(part for part in (party.name, here.line_1, town) if part)


def head(pen: Pen, einvoice: EInvoice, logo: bytes = b"") -> None:
    """Draw the letterhead of the first page: the name on the left, a logo (PNG) on the right."""
    named(pen, einvoice.seller.trading_name or einvoice.seller.name or pen.house.name, logo)


def named(pen: Pen, name: str, logo: bytes = b"") -> None:
    """Draw the same for a sender of whom nothing but the name is known."""
    colour = pen.house.colour
    room = ROOM - (_put_logo(pen.page, logo) + 5 * mm if logo else 0)
    pen.rule(HEIGHT - 27 * mm, thick=1.4, colour=colour)
    size = next(one for one in (15, 12, 9.5) if width(plain(name), BOLD, one) <= room or one < 10)
    line = shortened(name, BOLD, size, room)
    pen.say(LEFT, line, font=BOLD, size=size, colour=colour, y=HEIGHT - 23 * mm)


def _put_logo(page: Page, content: bytes) -> float:
    """Put a logo at the right, above the line of the letterhead; returns its width in points.

    On white and without transparency: on paper there is no other ground, and PDF/A need not blend.
    """
    seen = Image.open(BytesIO(content), formats=["PNG"]).convert("RGBA")
    shown = Image.new("RGB", seen.size, "white")
    shown.paste(seen, mask=seen.getchannel("A"))
    scale = min(LOGO_WIDEST / seen.width, LOGO_HIGHEST / seen.height)
    wide, high = seen.width * scale, seen.height * scale
    page.pictures.append((shown, RIGHT - wide, HEIGHT - 25 * mm, wide, high))
    return float(wide)


def address(pen: Pen, einvoice: EInvoice, window: Window) -> None:
    """Write the sender's line and the address into the window, so that both can be seen through it."""
    in_window(pen, in_one_line(einvoice.seller), _addressed(einvoice), window)


def in_window(pen: Pen, sender: str, said: Sequence[str], window: Window) -> None:
    """Write a sender's line and the lines of an address into the window."""
    sender = shortened(sender, REGULAR, SENDER_SIZE, window.room)
    line = window.top + 1.6 * mm
    pen.say(window.left, sender, size=SENDER_SIZE, colour=MUTED, y=line + 1.2 * mm)
    pen.rule(line, left=window.left, right=window.left + window.room, colour=HAIRLINE)
    lines = [piece for one in said for piece in wrapped(one, REGULAR, ADDRESS_SIZE, window.room)]
    leading = min(ADDRESS_SIZE * 1.28, (window.height - 3 * mm) / max(len(lines), 1))
    size = min(ADDRESS_SIZE, leading / 1.1)
    for place, one in enumerate(lines):
        y = window.top - 3 * mm - size * 0.35 - place * leading
        pen.say(window.left, one, size=size, y=y)


def _addressed(einvoice: EInvoice) -> list[str]:
    """Return the lines of the address; the country only where it is another than the sender's."""
    buyer = einvoice.buyer
    here, there = einvoice.seller.address, buyer.address
    lines = address_lines(buyer)
    if here and there and lines and there.country == here.country and there.country:
        lines = lines[:-1]
    contact = buyer.contact.name if buyer.contact else ""
    names = dict.fromkeys(name for name in (buyer.name or buyer.trading_name, contact) if name)
    return [*names, *lines]


def facts(pen: Pen, shown: list[Fact], window: Window) -> float:
    """Write the facts beside the window; returns the height below them."""
    y = window.top + 4 * mm
    size, leading = BODY - 0.5, (BODY - 0.5) * LEADING
    for label, value in shown:
        labels = wrapped(label, REGULAR, SMALL, LABEL_ROOM - GAP)
        values = wrapped(value, REGULAR, size, FACT_ROOM - LABEL_ROOM)
        for place, line in enumerate(labels):
            pen.say(window.facts, line, size=SMALL, colour=MUTED, y=y - place * leading)
        for place, line in enumerate(values):
            pen.say(window.facts + LABEL_ROOM, line, size=size, y=y - place * leading)
        y -= max(len(labels), len(values)) * leading
    return float(y)


def marks(page: Page, window: Window) -> None:
    """Draw where the letter is folded, at the left edge."""
    for place, y in enumerate(window.folds):
        length = 3.5 * mm if place == 1 else 5 * mm
        page.rules.append((4 * mm, y, 4 * mm + length, y, 0.3, HAIRLINE))


def feet(pen: Pen, einvoice: EInvoice, title: str) -> None:
    """Write the foot of every page, and the head of every page but the first."""
    seller, count = einvoice.seller, len(pen.pages)
    columns = _columns(seller)
    for number, page in enumerate(pen.pages, start=1):
        pages = _("Page %(number)s of %(count)s", number=number, count=count)
        _foot(pen, page, columns, pages)
        if number > 1:
            _next_head(page, pen, title, seller.name or pen.house.name)


def _foot(pen: Pen, page: Page, columns: list[list[str]], pages: str) -> None:
    top = 24 * mm
    page.rules.append((LEFT, top, RIGHT, top, 0.4, HAIRLINE))
    for place, lines in enumerate(columns):
        x = LEFT + place * 58 * mm
        for row, line in enumerate(lines):
            y = top - (row + 1) * FOOT_SIZE * 1.35 - 1
            page.texts.append((x, y, line, REGULAR, FOOT_SIZE, MUTED))
    shown = plain(pages)
    x = RIGHT - width(shown, REGULAR, SMALL)
    page.texts.append((x, top + 1.6 * mm, shown, REGULAR, SMALL, MUTED))


def _next_head(page: Page, pen: Pen, title: str, name: str) -> None:
    y = HEIGHT - 20 * mm
    page.rules.append((LEFT, y - 2.4 * mm, RIGHT, y - 2.4 * mm, 0.8, pen.house.colour))
    shown = shortened(title, BOLD, BODY, 90 * mm)
    page.texts.append((LEFT, y, shown, BOLD, BODY, pen.house.colour))
    said = shortened(name, REGULAR, SMALL, 80 * mm)
    page.texts.append((RIGHT - width(said, REGULAR, SMALL), y, said, REGULAR, SMALL, MUTED))


def _columns(seller: Party) -> list[list[str]]:
    """Return three columns about the seller: where, how to reach, which numbers."""
    contact = seller.contact
    reach = [contact.name, contact.telephone, contact.email] if contact else []
    legal = seller.legal_identifier.value if seller.legal_identifier else ""
    numbers = [
        _("VAT number %(number)s", number=seller.vat_identifier) if seller.vat_identifier else "",
        _("Register number %(number)s", number=legal) if legal else "",
        seller.legal_information,
    ]
    columns = ([seller.name, *address_lines(seller)], reach, numbers)
    return [
        [line for one in column if one for line in wrapped(one, REGULAR, FOOT_SIZE, 55 * mm)][
            :FOOT_LINES
        ]
        for column in columns
    ]
