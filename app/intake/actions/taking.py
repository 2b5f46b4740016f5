"""Taking in: examine the bytes outside of any transaction, then keep what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import insert

from app.core import clock, ids, journal, runtime, scanning
from app.core.db import session
from app.core.progress import WorkState
from app.documents import queries as documents
from app.documents.actions import keeping
from app.documents.actions.keeping import Arrival, Stored
from app.documents.formats.apart import examine
from app.documents.formats.examination import Examination
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import Document, FileRole
from app.documents.rules import life
from app.intake import queries
from app.intake.actions import course, rows
from app.intake.models import Intake, IntakeItem, ItemState, Source


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file of an intake that nobody has examined yet."""

    item_id: str
    organisation_id: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What the examination found, and the files that came out of it."""

    waiting: Waiting
    examination: Examination
    files: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Infected:
    """A file that nobody may have: it was not even examined."""

    waiting: Waiting
    malware: str


def start(
    organisation_id: str,
    by: journal.Actor,
    files: Sequence[Stored],
    *,
    creates_customers: bool,
    source: Source = Source.BROWSER,
) -> Intake:
    """Begin an intake of stored files; the first get their turn at once."""
    intake = Intake(
        id=ids.new(),
        organisation_id=organisation_id,
        by_name=by.name[:200],
        source=source,
        created_at=clock.now(),
        total=len(files),
        creates_customers=creates_customers,
        state=WorkState.RUNNING,
        done_before=0,
    )
    session().add(intake)
    session().flush()
    session().execute(insert(IntakeItem), [_row(intake, *one) for one in enumerate(files)])
    course.begin(intake)
    journal.record(
        "intake.started",
        by,
        organisation_id=organisation_id,
        about=("intake", intake.id),
        files=len(files),
    )
    return intake


def _row(intake: Intake, position: int, file: Stored) -> dict[str, object]:
    return {
        "id": ids.new(),
        "intake_id": intake.id,
        "position": position,
        "name": file.name,
        "sha256": file.sha256,
        "size": file.size,
        "state": ItemState.WAITING,
        "is_promised": False,
    }


def waiting(item_id: str) -> Waiting | None:
    """Return a file whose turn it is; None where it was taken in before, or the intake is stopped."""
    found = queries.item_by_id(item_id)
    if found is None or found[1].state is not ItemState.WAITING:
        return None
    intake, item = found
    if intake.state is WorkState.STOPPED and course.put_aside(intake, item):
        return None
    return Waiting(item.id, intake.organisation_id, item.name, item.sha256)


def judged(one: Waiting) -> Examined | Infected:
    """Look through one file for malware, then examine it; slow, and outside of any transaction.

    What holds malware is not taken apart. Raises `scanning.Unreachable` where nobody can say.
    """
    content = runtime.current().storage.read(one.organisation_id, one.sha256)
    malware = scanning.scan(content)
    if malware is not None:
        return Infected(one, malware)
    found = examined(one)
    # Inside an e-invoice files are written in base64, which a scanner does not read.
    for part in found.examination.attachments:
        malware = malware or scanning.scan(part.content)
    return found if malware is None else Infected(one, malware)


def examined(one: Waiting) -> Examined:
    """Examine one file and store what is inside it; slow, and outside of any transaction."""
    here = runtime.current()
    content = here.storage.read(one.organisation_id, one.sha256)
    examination = examine(
        content,
        one.name,
        size_limit=here.settings.document_limit,
        engine=RuleEngine(here.settings.runtime_dir),
    )
    files = [Stored(one.name, len(content), one.sha256, media_type=examination.media_type)]
    if examination.xml is not None and examination.xml != content:
        name = f"{PurePosixPath(one.name).stem}.xml"
        files.append(_inside(one, name, "application/xml", examination.xml, FileRole.XML))
    files += [
        _inside(one, part.name, part.media_type, part.content, FileRole.ATTACHMENT)
        for part in examination.attachments
    ]
    return Examined(one, examination, tuple(files))


def settle(found: Examined | Infected, by: journal.Actor) -> None:
    """Keep what was found, out of everybody's reach where it holds malware."""
    if isinstance(found, Infected):
        put_into_quarantine(found, by)
    else:
        keep(found, by)


def keep(found: Examined, by: journal.Actor) -> Document | None:
    """Make a document of an examined file; None where its bytes are known or it was kept before."""
    row = queries.waiting_item(found.waiting.item_id)
    if row is None:
        return None
    intake, item = row
    known = documents.with_bytes(intake.organisation_id, item.sha256)
    document = None if known is not None else _kept(found, intake, by)
    if document is None:
        item.state = ItemState.KNOWN
    else:
        is_held = document.state is life.State.HELD
        item.state = ItemState.HELD if is_held else ItemState.TAKEN_IN
    shown = document or known
    item.document_id = shown.id if shown else None
    course.hand_on(intake)
    return document


def _kept(found: Examined, intake: Intake, by: journal.Actor) -> Document:
    one = found.waiting
    arrival = Arrival(one.organisation_id, one.name, one.sha256, intake.creates_customers)
    examination = rows.applied(found.examination, one.item_id, arrival)
    return keeping.keep(arrival, examination, found.files, by)


def put_into_quarantine(found: Infected, by: journal.Actor) -> None:
    """Keep an infected file out of everybody's reach; people of the house see that it is there."""
    row = queries.waiting_item(found.waiting.item_id)
    if row is None:
        return
    intake, item = row
    item.state, item.malware = ItemState.QUARANTINED, found.malware
    course.hand_on(intake)
    journal.record(
        "intake.file_quarantined",
        by,
        organisation_id=intake.organisation_id,
        about=("intake", intake.id),
        file=item.name,
        malware=found.malware,
    )


def fail(item_id: str) -> None:
    """Mark a file that could not be examined after several tries."""
    row = queries.waiting_item(item_id)
    if row is not None:
        row[1].state = ItemState.FAILED
        course.hand_on(row[0])


def _inside(one: Waiting, name: str, media_type: str, content: bytes, role: FileRole) -> Stored:
    sha256 = runtime.current().storage.put(one.organisation_id, content)
    return Stored(keeping.safe_name(name), len(content), sha256, role, media_type)
