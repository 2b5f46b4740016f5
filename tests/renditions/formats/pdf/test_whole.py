"""What is drawn: in every kind and language, inside its window, with every letter there."""

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.units import mm

from app.core import languages
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.party import Address
from app.organisations.rules import contrast
from app.renditions.formats import pdf
from app.renditions.formats.pdf import House, UndrawableError, letterhead
from app.renditions.formats.pdf.fonts import BOLD, REGULAR, shortened, width, wrapped
from app.renditions.formats.pdf.sheet import FOOT, HEIGHT, LEFT, RIGHT
from app.renditions.formats.pdf.whole import laid_out
from app.renditions.formats.wanted import Stamp
from tests.documents.strategies import einvoices
from tests.renditions.formats.samples import HOUSE, document, invoice, with_lines

GREEK_AND_MORE = "Ελλάδα Жданов Łódź Žižkov Åse Ærø Þór ẞ œ €"


Text = tuple[float, float, str, str, float, str]


def drawn(said: EInvoice, kind: Kind = Kind.INVOICE, house: House = HOUSE) -> bytes:
    return pdf.drawn(said, kind, house)


def texts(content: bytes) -> list[str]:
    with PdfDocument(content) as found:
        return [page.get_textpage().get_text_bounded() for page in found]


def places(said: EInvoice, house: House = HOUSE) -> list[list[Text]]:
    """Return what is written on each page: x, y from below (points), text, font, size, colour."""
    return [page.texts for page in laid_out(said, Kind.INVOICE, house, "Invoice")]


@pytest.mark.parametrize("language", list(languages.LANGUAGES))
@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_every_kind_is_drawn_in_every_language(kind: Kind, language: str) -> None:
    said = document(kind)
    with languages.speaking(language):
        (text,) = texts(drawn(said, kind))
        assert said.number in text
        assert languages.gettext(kind.label) in text
        assert languages.gettext("Page %(number)s of %(count)s", number=1, count=1) in text
    assert said.buyer.name in text


def test_the_words_and_amounts_are_those_of_the_reader() -> None:
    with languages.speaking("de", "CH"):
        (text,) = texts(drawn(invoice()))
    for part in ("Rechnung 2026-0412", "30.10.2026", "594.12", "MwSt. 8.1%", "642.24\xa0CHF"):
        assert part in text or part.replace("\xa0", " ") in text, part
    assert "CH93 0076 2011 6238 5295 7" in text
    assert "30 Tage netto" in text


def test_a_delivery_note_has_no_prices_and_a_reminder_lists_its_invoices() -> None:
    note, reminder = document(Kind.DELIVERY_NOTE), document(Kind.REMINDER)
    priced = with_lines(replace(note, lines=invoice().lines), 1)
    assert "594.12" not in texts(drawn(priced, Kind.DELIVERY_NOTE))[0]
    text = texts(drawn(reminder, Kind.REMINDER))[0]
    assert "R-1001" in text
    assert "335.11" in text


def test_all_fonts_are_embedded() -> None:
    with pikepdf.open(BytesIO(drawn(invoice()))) as found:
        fonts = [one for one in found.objects if _is_font(one)]
        assert {str(one.BaseFont).partition("+")[2] for one in fonts} == {
            REGULAR + "-Regular",
            BOLD,
        }
        assert all("/FontFile2" in one.FontDescriptor for one in fonts)


def _is_font(one: Any) -> bool:
    return isinstance(one, pikepdf.Dictionary) and str(one.get("/Type")) == "/Font"


def test_letters_of_all_europe_are_drawn() -> None:
    said = replace(invoice(), buyer=replace(invoice().buyer, name=GREEK_AND_MORE))
    assert GREEK_AND_MORE in " ".join(" ".join(texts(drawn(said))).split())


def test_letters_that_the_fonts_lack_are_refused_and_never_boxes() -> None:
    said = replace(invoice(), notes=(replace(_note(), text="請求書 2026"),))
    with pytest.raises(UndrawableError, match="求"):
        drawn(said)
    arrows = replace(invoice(), notes=(replace(_note(), text="Zürich → Bern\u200b ✓"),))
    assert "Zürich -> Bern √" in texts(drawn(arrows))[0]


def _note() -> Any:
    return document(Kind.QUOTE).notes[0]


@pytest.mark.parametrize(("country", "is_right"), [("DE", False), ("SE", False), ("CH", True)])
def test_the_address_stands_inside_the_window(country: str, is_right: bool) -> None:
    buyer = replace(
        invoice().buyer,
        address=Address("Am Ende einer langen Strasse 12345, dritter Hof", "c/o Meier", "Postfach"),
    )
    said = replace(invoice(), buyer=buyer)
    window = letterhead.window_of(country)
    (found,) = places(said, replace(HOUSE, country=country))
    mine = [
        (x, y) for x, y, text, *_font in found if text in ("Ruth Keller", "c/o Meier", "Postfach")
    ]
    assert len(mine) == 3
    for x, y in mine:
        assert x == pytest.approx(window.left, abs=0.1)
        assert window.top - window.height <= y <= window.top
    assert (window.left > 300) is is_right


def test_the_country_is_only_written_for_abroad() -> None:
    at_home, abroad = invoice(), invoice()
    assert at_home.buyer.address is not None
    buyer = replace(abroad.buyer, address=replace(at_home.buyer.address, country="SE"))
    here = [text for _x, y, text, *_font in places(at_home)[0] if y > 200]
    there = [text for _x, y, text, *_font in places(replace(abroad, buyer=buyer))[0] if y > 200]
    assert "Switzerland" not in here
    assert "Sweden" in there


def test_a_long_document_carries_its_sum_from_page_to_page() -> None:
    pages = texts(drawn(with_lines(invoice(), 60)))
    assert len(pages) >= 3
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    carried = [(one, other) for one, other in pairwise(pages) if "Carried over" in other]
    assert carried
    for before, after in carried:
        lines = sum(text.count("Pension und Pflege") for text in pages[: pages.index(before) + 1])
        shown = f"{Decimal('594.12') * lines:,.2f}".replace(",", "")
        assert _after(before.rpartition("Carried over")[2]) == shown
        assert _after(after.partition("Carried over")[2]) == shown
    assert "Carried over" in pages[0]
    assert all("Quantity" in text for text in pages[:-1])


def _after(text: str) -> str:
    """Return the first amount of a text, without marks of thousands."""
    found = re.search(r"[\d,’']+\.\d\d", text)
    return re.sub(r"[^\d.]", "", found[0]) if found else ""


def test_nothing_is_drawn_outside_of_the_sheet() -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 3
    line = invoice().lines[0]
    long = replace(
        line, item=replace(line.item, name=word, description="viel " * 2000), net=Decimal("9" * 12)
    )
    said = replace(
        invoice(),
        seller=replace(invoice().seller, name=word),
        buyer=replace(invoice().buyer, name=word),
        payment_terms=word,
        lines=(long, line),
    )
    pages = places(said)
    assert len(pages) >= 2
    for x, y, text, font, size, _colour in (one for page in pages for one in page):
        assert x >= LEFT - 0.1, text
        assert x + width(text, font, size) <= RIGHT + 0.1, text
        assert y >= 10
        assert y >= FOOT or y < 27 * mm, text


def test_five_thousand_lines_are_drawn() -> None:
    pages = texts(drawn(with_lines(invoice(), 5000)))
    assert len(pages) > 100
    assert "5000" in pages[-1] + pages[-2]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert drawn(invoice()) == drawn(invoice())


def test_any_accent_is_readable_on_paper() -> None:
    for accent in ("#ffee00", "#ffffff", "#17586b"):
        assert contrast(House("A", accent, "CH").colour, "#ffffff") >= 4.5


@given(einvoices)
@settings(max_examples=60, deadline=None)
def test_whatever_a_reader_gives_can_be_drawn(said: EInvoice) -> None:
    for kind in (Kind.INVOICE, Kind.DELIVERY_NOTE):
        assert drawn(said, kind).startswith(b"%PDF")


def test_lines_are_broken_where_they_are_full() -> None:
    for text in ("one two three four", "x" * 200, "", "  two  blanks "):
        lines = wrapped(text, REGULAR, 9, 60)
        assert all(width(line, REGULAR, 9) <= 60 for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())
    assert width(shortened("a long name of somebody", BOLD, 9, 50), BOLD, 9) <= 50


def test_a_stamp_says_who_accepted_it_and_when_in_every_language() -> None:
    stamp = Stamp("2026-05-12", "Ruth Keller", "4711")
    said = document(Kind.QUOTE)
    found = {}
    for language in languages.LANGUAGES:
        with languages.speaking(language):
            first = pdf.drawn(said, Kind.QUOTE, HOUSE, stamp=stamp)
            assert first == pdf.drawn(said, Kind.QUOTE, HOUSE, stamp=stamp), "the same bytes"
            assert first != pdf.drawn(said, Kind.QUOTE, HOUSE)
            (found[language],) = texts(first)
    assert "Accepted on 12 May 2026 by Ruth Keller, order 4711" in found["en"]
    assert "12. Mai 2026" in found["de"]
    assert all("Ruth Keller" in text and "4711" in text for text in found.values())


def test_a_stamp_without_an_order_names_none() -> None:
    content = pdf.drawn(
        document(Kind.QUOTE), Kind.QUOTE, HOUSE, stamp=Stamp("2026-05-12", "R. K", "")
    )
    assert "Accepted on 12 May 2026 by R. K\r\n" in texts(content)[0]


def test_a_long_name_on_a_stamp_stays_inside_its_frame() -> None:
    stamp = Stamp("2026-05-12", "Wolfeschlegelsteinhausenbergerdorff " * 5, "4711 " * 19)
    (page,) = laid_out(document(Kind.QUOTE), Kind.QUOTE, HOUSE, "Quote", stamp=stamp)
    frame = [rule for rule in page.rules if rule[0] == rule[2]]
    low, high = min(rule[1] for rule in frame), max(rule[1] for rule in frame)
    inside = [text for text in page.texts if low < text[1] < high]
    assert len(inside) > 2
    assert all(x + width(said, font, size) <= RIGHT for x, _y, said, font, size, _c in inside)
    title = next(text for text in page.texts if text[4] == 15)
    assert title[1] > high, "the frame stands below the title"


def logo(size: tuple[int, int] = (800, 200)) -> bytes:
    """Return a red logo with a hole in it."""
    image = Image.new("RGBA", size, (200, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 10, 10))
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def test_a_logo_stands_on_the_first_page_and_blends_with_nothing() -> None:
    said = with_lines(invoice(), 80)
    content = pdf.drawn(said, Kind.INVOICE, HOUSE, logo())
    assert content == pdf.drawn(said, Kind.INVOICE, HOUSE, logo()), "the same bytes every time"
    with pikepdf.open(BytesIO(content)) as document:
        first, *others = [dict(page.get_images()) for page in document.pages]
        (picture,) = first.values()
        assert (picture.Width, picture.Height) == (800, 200)
        assert "/SMask" not in picture
        assert "/Mask" not in picture
        assert not any(others)


@pytest.mark.parametrize("size", [(800, 200), (100, 240), (800, 3)])
def test_a_long_name_leaves_the_logo_its_place(size: tuple[int, int]) -> None:
    said = replace(invoice(), seller=replace(invoice().seller, name="Stiftung Haus Lindenhof " * 6))
    (page, *_others) = laid_out(said, Kind.INVOICE, HOUSE, "Invoice", logo(size))
    ((_picture, x, y, wide, high),) = page.pictures
    assert x + wide <= RIGHT + 0.01
    assert wide <= 60 * mm + 0.01
    assert high <= 15 * mm + 0.01
    name = next(one for one in page.texts if one[3] == BOLD)
    assert name[0] + width(name[2], BOLD, name[4]) < x
    assert y > HEIGHT - 27 * mm
