"""Pages in a real cell: what is printed, and what is seen through the window."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm

from app.delivery.channels.print_centre.sheets import Made, NotMade, Unfit, Window, Wish, made
from app.renditions.formats.wanted import House, Reader
from tests.delivery.channels.print_centre.conftest import drawn

WISH = Wish(
    house=House("Haus Lindenhof", "#17586b", "CH"),
    reader=Reader("de", "CH", "Europe/Zurich"),
    sender="Haus Lindenhof · Lindenweg 4 · 8001 Zürich",
    lines=("Ruth Keller", "Seestrasse 12", "8002 Zürich"),
    facts=(("Rechnung", "2026-0412"),),
    most_pages=10,
    is_duplex=True,
    is_test=False,
    covers_always=False,
)
HIGH = A4[1]
ADDRESSED = [
    (121 * mm, HIGH - 64 * mm, "Frau"),
    (121 * mm, HIGH - 69 * mm, "RUTH KELLER"),
    (121 * mm, HIGH - 74 * mm, "Seestrasse 12"),
    (121 * mm, HIGH - 79 * mm, "CH-8002  Zürich"),
]
BODY = (30 * mm, 100 * mm, "Rechnung")


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_an_address_that_shows_through_the_window_needs_nothing() -> None:
    pdf = drawn(*ADDRESSED, BODY, pages=2)
    found = made(WISH, pdf)
    assert isinstance(found, Made)
    assert (found.window, found.pages, found.sheets) == (Window.OWN, 2, 1)


def test_a_white_window_gets_the_address() -> None:
    found = made(replace(WISH, is_duplex=False), drawn(BODY, pages=2))
    assert isinstance(found, Made)
    assert (found.window, found.pages, found.sheets) == (Window.WRITTEN, 2, 2)
    first, second = texts(found.pdf)
    assert all(line in first for line in (*WISH.lines, WISH.sender))
    assert "Seestrasse" not in second
    again = made(WISH, found.pdf)
    assert isinstance(again, Made)
    assert again.window is Window.OWN


@pytest.mark.parametrize(
    "moved", [(0, 0, "Somebody else"), (0, 0, "Ruth Keller"), (121 * mm, HIGH - 70 * mm, "x")]
)
def test_a_window_with_something_else_in_it_gets_a_sheet_on_top(
    moved: tuple[float, float, str],
) -> None:
    x, y, text = moved
    there = (x or 121 * mm, y or HIGH - 69 * mm, text)
    found = made(WISH, drawn(there, BODY, pages=3))
    assert isinstance(found, Made)
    assert (found.window, found.pages, found.sheets) == (Window.COVER, 5, 3)
    cover, back, *rest = texts(found.pdf)
    assert all(line in cover for line in (*WISH.lines, "2026-0412", "Haus Lindenhof"))
    assert (back, len(rest)) == ("", 3)


@pytest.mark.parametrize("changes", [{}, {"covers_always": True, "is_test": True}])
def test_the_same_letter_is_the_same_bytes(changes: dict[str, bool]) -> None:
    wish, pdf = replace(WISH, **changes), drawn(BODY, pages=2)  # type: ignore[arg-type]
    assert made(wish, pdf) == made(wish, pdf)


def test_a_cover_sheet_is_there_where_it_is_wanted_always() -> None:
    found = made(replace(WISH, covers_always=True, is_duplex=False), drawn(*ADDRESSED, pages=2))
    assert isinstance(found, Made)
    assert (found.window, found.pages, found.sheets) == (Window.COVER, 3, 3)


def test_every_page_of_a_test_says_so_in_the_reader_s_language() -> None:
    found = made(replace(WISH, is_test=True, covers_always=True), drawn(*ADDRESSED, pages=2))
    assert isinstance(found, Made)
    assert all("TEST" in page for page in texts(found.pdf))


def locked(password: str) -> bytes:
    target = BytesIO()
    with pikepdf.open(BytesIO(drawn(BODY))) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user=password))
    return target.getvalue()


@pytest.mark.parametrize(
    ("pdf", "unfit", "detail"),
    [
        (b"%PDF-1.7 nothing", Unfit.BROKEN, ""),
        (locked("secret"), Unfit.LOCKED, ""),
        (drawn(BODY, pages=11), Unfit.TOO_LONG, "11"),
        (drawn(BODY, size=landscape(A4)), Unfit.NOT_A4, "1"),
        (drawn(BODY, size=(612, 792)), Unfit.NOT_A4, "1"),
    ],
)
def test_what_cannot_be_printed_is_said(pdf: bytes, unfit: Unfit, detail: str) -> None:
    assert made(WISH, pdf) == NotMade(unfit, detail)


def test_an_owner_s_password_is_no_lock_and_goes_away() -> None:
    found = made(WISH, locked(""))
    assert isinstance(found, Made)
    with pikepdf.open(BytesIO(found.pdf)) as pdf:
        assert not pdf.is_encrypted


def test_an_address_that_no_font_of_ours_can_write_is_said() -> None:
    found = made(replace(WISH, lines=("கெல்லர்", "Seestrasse 12")), drawn(BODY))
    assert isinstance(found, NotMade)
    assert found.unfit is Unfit.LETTERS
