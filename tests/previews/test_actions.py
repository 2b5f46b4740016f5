"""From a wish to pictures: once, in batches, as often as a worker dies."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import outbox, runtime
from app.documents import queries as documents
from app.documents.models import Document
from app.organisations.models import Customer, Organisation
from app.previews import actions, queries
from app.previews.models import PageImage, Preview
from app.previews.rules import FIRST_PAGES, MOST_PAGES, PreviewState, Problem
from tests.documents import hostile
from tests.factories import BY, einvoice, take_in
from tests.previews.test_drawing import letter

MANY = letter(*(f"Seite {number}" for number in range(1, 26)))


@pytest.fixture
def arrived(house: Organisation, keller: Customer) -> Callable[[bytes], Document]:
    """Take in a PDF of Keller's."""
    return lambda content: take_in(
        house.id,
        einvoice(buyer=keller.name, customer_number=keller.number),
        content=content,
        media_type="application/pdf",
    )


def preview_of(document: Document) -> Preview:
    found = queries.of_bytes(document.organisation_id, document.original)
    assert found is not None
    return found


def work(preview: Preview) -> bool:
    """Draw one batch, as a worker does."""
    task = actions.begin(preview.id)
    if task is None:
        return False
    actions.keep(task, actions.draw(task))
    return True


def promises(session: Session) -> int:
    rows = select(func.count()).where(outbox.Promise.task == actions.DRAW)
    return session.scalar(rows) or 0


def test_the_first_pages_of_a_pdf_are_drawn_and_kept(
    arrived: Callable[[bytes], Document], session: Session
) -> None:
    document = arrived(MANY)
    actions.wish_for_document(document.id)
    assert promises(session) == 1
    preview = preview_of(document)
    assert preview.state is PreviewState.WAITING
    assert work(preview)
    session.refresh(preview)
    assert (preview.state, preview.drawn, preview.pages) == (PreviewState.READY, FIRST_PAGES, 25)
    (shown,) = queries.of_files(documents.files_of(document))
    assert [one.text for one in shown.pictures] == ["Seite 1", "Seite 2", "Seite 3"]
    content = runtime.current().storage.read(document.organisation_id, shown.pictures[0].sha256)
    assert content[8:12] == b"WEBP"
    assert not work(preview)


def test_a_wish_is_one_wish(arrived: Callable[[bytes], Document], session: Session) -> None:
    document = arrived(MANY)
    for _ in range(3):
        actions.wish_for_document(document.id)
    assert promises(session) == 1
    assert session.scalar(select(func.count()).select_from(Preview)) == 1


def test_xml_is_not_drawn(house: Organisation, keller: Customer, session: Session) -> None:
    document = take_in(house.id, einvoice(buyer=keller.name, customer_number=keller.number))
    actions.wish_for_document(document.id)
    assert promises(session) == 0
    assert queries.of_files(documents.files_of(document)) == []


def test_all_pages_are_drawn_batch_by_batch_when_asked(
    arrived: Callable[[bytes], Document], session: Session
) -> None:
    document = arrived(MANY)
    (file,) = documents.files_of(document)
    actions.wish_for_document(document.id)
    work(preview_of(document))
    assert actions.wish_for_all(document, file, BY)
    assert not actions.wish_for_all(document, file, BY)
    batches = 0
    while work(preview_of(document)):
        batches += 1
        session.expire_all()
    assert batches == 3
    (shown,) = queries.of_files([file])
    assert [one.number for one in shown.pictures] == list(range(1, 26))
    # The wish, the further wish, and one more after each batch that was not the last.
    assert promises(session) == 4


def test_a_batch_drawn_twice_changes_nothing(
    arrived: Callable[[bytes], Document], session: Session
) -> None:
    document = arrived(MANY)
    actions.wish_for_document(document.id)
    task = actions.begin(preview_of(document).id)
    assert task is not None
    found = actions.draw(task)
    actions.keep(task, found)
    actions.keep(task, found)
    session.expire_all()
    assert preview_of(document).drawn == FIRST_PAGES
    assert session.scalar(select(func.count()).select_from(PageImage)) == FIRST_PAGES


def test_a_pdf_that_cannot_be_drawn_says_why_and_is_left_alone(
    arrived: Callable[[bytes], Document], session: Session
) -> None:
    document = arrived(hostile.PDFS["encrypted"][0]())
    actions.wish_for_document(document.id)
    assert work(preview_of(document))
    session.expire_all()
    preview = preview_of(document)
    assert (preview.state, preview.problem) == (PreviewState.FAILED, Problem.PASSWORD)
    assert actions.begin(preview.id) is None


def test_no_more_than_the_limit_is_drawn(
    arrived: Callable[[bytes], Document], session: Session
) -> None:
    document = arrived(letter(*("one more",) * (MOST_PAGES + 5)))
    (file,) = documents.files_of(document)
    assert actions.wish_for_all(document, file, BY)
    while work(preview_of(document)):
        session.expire_all()
    assert preview_of(document).drawn == MOST_PAGES
    assert session.scalar(select(func.count()).select_from(PageImage)) == MOST_PAGES


def test_what_was_given_up_is_shown_as_failed(
    arrived: Callable[[bytes], Document], session: Session
) -> None:
    document = arrived(MANY)
    actions.wish_for_document(document.id)
    actions.give_up(preview_of(document).id)
    session.expire_all()
    assert preview_of(document).state is PreviewState.FAILED
