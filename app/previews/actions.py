"""Every write about previews: wishing for pictures, and keeping what was drawn."""

from dataclasses import dataclass

from sqlalchemy import update

from app.core import clock, ids, journal, outbox, runtime
from app.core.db import insert, session
from app.documents import queries as documents
from app.documents.formats import media_types
from app.documents.models import Document, File
from app.previews import queries
from app.previews.formats import drawing
from app.previews.formats.drawing import Drawing, Picture
from app.previews.models import PageImage, Preview
from app.previews.rules import FIRST_PAGES, MOST_PAGES, PreviewState, Problem, next_batch

DRAW = "previews.draw"
PRIORITY = 7
"""Pictures wait until what is sent and taken in is done."""


@dataclass(frozen=True, slots=True)
class Task:
    """Pages to draw of one stored PDF."""

    preview_id: str
    organisation_id: str
    sha256: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture whose bytes lie in the storage."""

    picture: Picture
    sha256: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of a task."""

    drawing: Drawing
    stored: tuple[Stored, ...]


def wish_for_document(document_id: str) -> None:
    """Have the first pages of every PDF of a document drawn; a reaction to its arrival."""
    document = documents.by_id(document_id)
    if document is None:
        return
    for file in documents.files_of(document):
        if file.media_type == media_types.PDF:
            wish(document.organisation_id, file.sha256)


def wish(organisation_id: str, sha256: str) -> None:
    """Have the first pages of a stored PDF drawn, unless somebody wished that before."""
    row = (
        insert(Preview)
        .values(
            id=ids.new(),
            organisation_id=organisation_id,
            sha256=sha256,
            state=PreviewState.WAITING,
            wanted=FIRST_PAGES,
            drawn=0,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Preview.id)
    )
    preview_id = session().scalar(row)
    if preview_id is not None:
        _promise(preview_id, organisation_id)


def wish_for_all(document: Document, file: File, by: journal.Actor) -> bool:
    """Have every page of a PDF drawn, as far as the limit; False where that was asked for before."""
    wish(file.organisation_id, file.sha256)
    wanted = (
        update(Preview)
        .where(
            Preview.organisation_id == file.organisation_id,
            Preview.sha256 == file.sha256,
            Preview.wanted < MOST_PAGES,
        )
        .values(wanted=MOST_PAGES)
        .returning(Preview.id)
        .execution_options(synchronize_session=False)
    )
    preview_id = session().scalar(wanted)
    if preview_id is None:
        return False
    _promise(preview_id, file.organisation_id)
    journal.record(
        "document.pages_wanted",
        by,
        organisation_id=document.organisation_id,
        about=("document", document.id),
        version=document.version,
        file=file.name,
    )
    return True


def _promise(preview_id: str, organisation_id: str) -> None:
    """Promise the next batch. Without a key: a batch too many finds nothing to do."""
    outbox.promise(DRAW, organisation_id=organisation_id, priority=PRIORITY, preview=preview_id)


def begin(preview_id: str) -> Task | None:
    """Return the next pages to draw; None where there are none."""
    preview = queries.by_id(preview_id)
    if preview is None or preview.state is PreviewState.FAILED:
        return None
    batch = next_batch(preview.drawn, preview.wanted, preview.pages)
    if batch is None:
        return None
    return Task(preview.id, preview.organisation_id, preview.sha256, *batch)


def draw(task: Task) -> Drawn:
    """Draw in a cell and store the pictures; slow, and outside of any transaction."""
    storage = runtime.current().storage
    found = drawing.draw(storage.read(task.organisation_id, task.sha256), task.first, task.last)
    stored = tuple(
        Stored(one, storage.put(task.organisation_id, one.content)) for one in found.pictures
    )
    return Drawn(found, stored)


def keep(task: Task, found: Drawn) -> None:
    """Keep the pictures; where more are wanted, promise the next ones."""
    for one in found.stored:
        picture = one.picture
        session().execute(
            insert(PageImage)
            .values(
                preview_id=task.preview_id,
                number=picture.number,
                sha256=one.sha256,
                size=len(picture.content),
                width=picture.width,
                height=picture.height,
                text=picture.text,
            )
            .on_conflict_do_nothing()
        )
    problem = found.drawing.problem
    change = (
        update(Preview)
        .where(Preview.id == task.preview_id, Preview.drawn == task.first - 1)
        .values(
            state=PreviewState.FAILED if problem else PreviewState.READY,
            problem=problem,
            pages=found.drawing.pages or Preview.pages,
            drawn=min(task.last, found.drawing.pages),
        )
        .returning(Preview.wanted, Preview.drawn, Preview.pages)
        .execution_options(synchronize_session=False)
    )
    row = session().execute(change).one_or_none()
    # Whoever wished for more in the meantime has waited for this row, or this waited for them.
    if row is not None and problem is None and next_batch(row.drawn, row.wanted, row.pages):
        _promise(task.preview_id, task.organisation_id)


def give_up(preview_id: str) -> None:
    """Say that the PDF could not be drawn after several tries."""
    change = update(Preview).where(Preview.id == preview_id, Preview.state != PreviewState.FAILED)
    session().execute(
        change.values(state=PreviewState.FAILED, problem=Problem.LIMITS).execution_options(
            synchronize_session=False
        )
    )
