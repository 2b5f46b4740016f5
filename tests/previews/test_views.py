"""The document's page with its pictures, and who gets them."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.runtime import Runtime
from app.documents import queries as documents
from app.documents.models import Document, File
from app.web import installation
from jobs import pump
from tests.browser import Browser
from tests.cast import Cast
from tests.counting import statements
from tests.documents import hostile
from tests.factories import einvoice, take_in
from tests.previews.test_drawing import letter


@pytest.fixture
def here(app: Flask) -> Runtime:
    return installation.of(app)


@pytest.fixture
def sent(here: Runtime, cast: Cast) -> Callable[[bytes], tuple[Document, File]]:
    """Publish a PDF for Keller and let the workers work."""

    def send(content: bytes) -> tuple[Document, File]:
        with here.database.transaction():
            document = take_in(
                cast.lindenhof.id,
                einvoice("2026-0777", buyer="Ruth Keller", customer_number="K-1"),
                content=content,
                media_type="application/pdf",
            )
            (file,) = documents.files_of(document)
        pump.work(here, 60)
        return document, file

    return send


def test_the_page_shows_the_pictures_with_their_words(
    sent: Callable[[bytes], tuple[Document, File]], browser: Callable[[str], Browser]
) -> None:
    document, file = sent(letter("Rechnung 777", "Zweite", "Dritte", "Vierte"))
    ruth = browser("ruth")
    text = ruth.get(f"/documents/{document.id}").text
    assert text.count('data-testid="page-picture"') == 3
    assert 'alt="Page 1 of 4: Rechnung 777"' in text
    assert 'loading="lazy"' in text
    answer = ruth.get(f"/documents/{document.id}/files/{file.id}/pages/1")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.data[8:12] == b"WEBP"


def test_pictures_are_for_those_who_may_have_the_file(
    sent: Callable[[bytes], tuple[Document, File]], browser: Callable[[str], Browser]
) -> None:
    document, file = sent(letter("Rechnung 777"))
    address = f"/documents/{document.id}/files/{file.id}/pages/1"
    found = {who: browser(who).get(address).status_code for who in ("ruth", "ben", "max", "dora")}
    assert found == {"ruth": 200, "ben": 200, "max": 404, "dora": 404}
    assert browser("ruth").get(address[:-1] + "2").status_code == 404


def test_all_pages_come_when_asked_for(
    sent: Callable[[bytes], tuple[Document, File]],
    browser: Callable[[str], Browser],
    here: Runtime,
) -> None:
    document, file = sent(letter(*"abcdefghijklmno"))
    ruth = browser("ruth")
    page = f"/documents/{document.id}"
    assert "show-all-pages" in ruth.get(page).text
    answer = ruth.post(f"{page}/files/{file.id}/pages")
    assert answer.status_code == 303
    waiting = ruth.get(page).text
    assert "pages-wait" in waiting
    assert "pages-poll" in waiting
    pump.work(here, 60)
    done = ruth.get(page).text
    assert done.count('data-testid="page-picture"') == 15
    assert "show-all-pages" not in done
    assert "pages-poll" not in done


def test_what_cannot_be_drawn_says_so_in_one_sentence(
    sent: Callable[[bytes], tuple[Document, File]], browser: Callable[[str], Browser]
) -> None:
    document, _file = sent(hostile.PDFS["encrypted"][0]())
    text = browser("ruth").get(f"/documents/{document.id}").text
    assert "protected by a password" in text
    assert "page-picture" not in text


def test_more_pages_than_can_be_shown_are_told(
    sent: Callable[[bytes], tuple[Document, File]], browser: Callable[[str], Browser]
) -> None:
    document, _file = sent(letter(*("one more",) * 55))
    text = browser("ruth").get(f"/documents/{document.id}").text
    assert "The first 50 can be shown here" in text


def test_the_page_of_a_pdf_asks_few_questions(
    sent: Callable[[bytes], tuple[Document, File]],
    browser: Callable[[str], Browser],
    here: Runtime,
) -> None:
    document, _file = sent(letter("a", "b"))
    for who in ("ben", "ruth"):
        one = browser(who)
        one.get(f"/documents/{document.id}")
        with statements(here.database.engine) as found:
            assert one.get(f"/documents/{document.id}").status_code == 200
        # Beside what every page of a document asks: its pages, its ladder and whether it is reminded of.
        assert len(found) <= 11, "\n\n".join(found)
