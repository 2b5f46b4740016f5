"""Pages as pictures, drawn in a cell."""

import io

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from app.core import cells
from app.previews.formats import drawing
from app.previews.formats.drawing import draw
from app.previews.rules import Problem
from tests.documents import hostile


def letter(*pages: str) -> bytes:
    """Return a PDF that says one text per page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595, 842))
    for text in pages:
        canvas.drawString(72, 700, text)
        canvas.rect(100, 100, 200, 200, fill=1)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def test_each_page_becomes_a_picture_with_its_first_words() -> None:
    found = draw(letter("Rechnung 1", "Seite zwei", "Seite drei", "Seite vier"), 1, 3)
    assert (found.pages, found.problem) == (4, None)
    assert [(one.number, one.text) for one in found.pictures] == [
        (1, "Rechnung 1"),
        (2, "Seite zwei"),
        (3, "Seite drei"),
    ]
    with Image.open(io.BytesIO(found.pictures[0].content)) as image:
        assert image.format == "WEBP"
        assert image.size == (found.pictures[0].width, found.pictures[0].height)
        assert 900 < image.width < 920
        inside = image.convert("L").getpixel((300, image.height - 300))
        outside = image.convert("L").getpixel((20, 20))
        assert (inside, outside) == (0, 255)


def test_pages_beyond_the_end_are_not_asked_for() -> None:
    assert [one.number for one in draw(letter("a", "b"), 2, 9).pictures] == [2]


def test_words_without_marks_that_turn_or_hide() -> None:
    found = draw(letter("x" * 500), 1, 1)
    assert len(found.pictures[0].text) <= 200


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("broken", Problem.BROKEN),
        ("truncated", Problem.BROKEN),
        ("encrypted", Problem.PASSWORD),
        ("no pages", Problem.EMPTY),
        ("a page like a thread", Problem.LIMITS),
        ("forms that draw each other", Problem.LIMITS),
    ],
)
def test_what_cannot_be_drawn_says_why(name: str, problem: Problem) -> None:
    found = draw(hostile.PDFS[name][0](), 1, 3)
    assert (found.problem, found.pictures) == (problem, ())


@pytest.mark.parametrize("name", ["scripted", "nested launch", "a program inside", "a giant page"])
def test_what_asks_for_more_than_a_page_is_only_drawn(name: str) -> None:
    found = draw(hostile.PDFS[name][0](), 1, 3)
    assert (found.problem, len(found.pictures)) == (None, 1)


def test_ten_thousand_pages_are_counted_and_few_drawn() -> None:
    found = draw(hostile.PDFS["ten thousand pages"][0](), 1, 3)
    assert (found.pages, len(found.pictures)) == (10_000, 3)


def test_every_hostile_pdf_comes_to_an_answer() -> None:
    for make, _rule in hostile.PDFS.values():
        found = draw(make(), 1, 3)
        assert found.pictures or found.problem


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"pages": 1, "problem": "strange", "pictures": []},
        {"pages": 1, "problem": None, "pictures": [[1, 99_999, 10, ""]]},
        {"pages": 1, "problem": None, "pictures": [[1, 10, 10, ""], [2, 10, 10, ""]]},
    ],
)
def test_what_comes_out_of_a_cell_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, header: dict[str, object]
) -> None:
    monkeypatch.setattr(cells, "run", lambda *_about: cells.Answer(header, (b"x",)))
    assert draw(b"", 1, 3) == drawing.Drawing(0, problem=Problem.LIMITS)
