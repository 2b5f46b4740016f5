"""The inside of drawing an access letter: what a cell does. Nobody else imports this."""

from collections.abc import Mapping
from typing import Any, Final

from PIL import Image
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm

from app.access_letters.formats.letter import Letter, unpacked
from app.core import languages, text
from app.core.cells import Answer
from app.core.languages import gettext as _
from app.documents.rules.einvoice import EInvoice
from app.renditions.formats import archive
from app.renditions.formats.archive import Label
from app.renditions.formats.pdf import UndrawableError, letterhead, sheet
from app.renditions.formats.pdf.fonts import BOLD
from app.renditions.formats.pdf.sheet import LEADING, LEFT, RIGHT, ROOM, Page, Pen

PROSE: Final = 10.5
"""Size of the text: who gets this on paper may not read small print."""
SECRET: Final = 19.0
QUIET: Final = 4
"""Modules of white around the square (ISO/IEC 18004, 6.3.8)."""
DOTS: Final = 8
"""Dots of the picture for each module."""
SQUARE: Final = 40 * mm
BESIDE: Final = ROOM - SQUARE - 8 * mm
"""Room of the steps, to the left of the square."""


def draw(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    """Draw a letter in its reader's language; the answer names letters that the fonts lack."""
    letter = unpacked(arguments)
    reader = letter.reader
    with languages.speaking(reader.language, reader.region, reader.timezone):
        title = _("Your way to your documents")
        try:
            made = sheet.printed(_laid_out(letter, title), title, languages.current())
        except UndrawableError as error:
            return Answer({"lacks": str(error)})
        language = str(languages.locale()).replace("_", "-")
    label = Label(title, letter.sender.name or letter.house.name, language, letter.moment)
    return Answer({}, (archive.plain(made, label),))


def _laid_out(letter: Letter, title: str) -> list[Page]:
    # The letterhead asks a document for who writes to whom, and for nothing else.
    parties = EInvoice(seller=letter.sender, buyer=letter.receiver)
    window = letterhead.window_of(letter.house.country)
    pen = Pen(letter.house, letterhead.TEXT_TOP)
    letterhead.head(pen, parties)
    letterhead.address(pen, parties, window)
    below = letterhead.facts(pen, _facts(letter), window)
    letterhead.marks(pen.page, window)
    pen.y = min(letterhead.TEXT_TOP, below - 6 * mm)
    pen.paragraph(title, font=BOLD, size=15, colour=letter.house.colour)
    pen.y -= 3 * mm
    _say(pen, _what(letter))
    _steps(pen, letter)
    for sentence in _advice(letter):
        _say(pen, sentence)
    letterhead.feet(pen, parties, title)
    return pen.pages


def _facts(letter: Letter) -> list[tuple[str, str]]:
    return [
        (_("Date"), text.day(letter.moment.date())),
        (_("Customer number"), letter.number),
        (_("Valid until"), text.day(letter.until)),
    ]


def _what(letter: Letter) -> str:
    names = {"organisation": letter.house.name, "document": letter.document}
    if letter.document:
        return _(
            "%(organisation)s has %(document)s for you on the internet. This letter lets you in: you "
            "need no e-mail address and no password.",
            **names,
        )
    return _(
        "%(organisation)s keeps your documents for you on the internet. This letter lets you in: you "
        "need no e-mail address and no password.",
        **names,
    )


def _steps(pen: Pen, letter: Letter) -> None:
    """Write what to do, with the square on the right: it says the first two steps for a camera."""
    top = pen.y
    _say(pen, _("1. Open this page, or point the camera of your phone at the square:"), BESIDE)
    pen.paragraph(letter.page, room=BESIDE, font=BOLD, size=PROSE)
    pen.y -= 4 * mm
    _secret(
        pen, _("2. Enter the access code. After the square it stands there already:"), letter.code
    )
    _secret(pen, _("3. Enter the PIN:"), letter.pin)
    square = _square(letter.link)
    pen.page.pictures.append((square, RIGHT - SQUARE, top - SQUARE + 3 * mm, SQUARE, SQUARE))
    pen.y = min(pen.y, top - SQUARE)


def _secret(pen: Pen, step: str, secret: str) -> None:
    _say(pen, step, BESIDE)
    pen.y -= 0.35 * SECRET
    pen.say(LEFT, secret, font=BOLD, size=SECRET)
    pen.y -= 9 * mm


def _advice(letter: Letter) -> list[str]:
    until = text.day(letter.until, "long")
    return [
        _("The letter works until %(day)s, as often as you like.", day=until),
        _(
            "Keep it as you keep your keys: whoever has code and PIN can read what you can read. We "
            "never ask for the PIN, neither on the telephone nor by mail."
        ),
        _("If you lose it, tell us: we close it and send you another one."),
    ]


def _say(pen: Pen, sentence: str, room: float = ROOM) -> None:
    pen.paragraph(sentence, room=room, size=PROSE)
    pen.y -= 0.5 * PROSE * (LEADING - 1) + 1.5 * mm


def _square(link: str) -> Image.Image:
    """Return the QR code of an address (ISO/IEC 18004, level M) with its quiet zone."""
    found = QRCode(None, QRErrorCorrectLevel.M)
    found.addData(link)
    found.make()
    count = found.getModuleCount()
    modules = Image.new("L", (count + 2 * QUIET, count + 2 * QUIET), 255)
    for row in range(count):
        for column in range(count):
            if found.isDark(row, column):
                modules.putpixel((column + QUIET, row + QUIET), 0)
    size = modules.width * DOTS
    return modules.resize((size, size), Image.Resampling.NEAREST).convert("RGB")
