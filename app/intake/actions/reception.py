"""Taking in one document while its sender waits: examined first, then kept in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core import clock, ids, journal, scanning
from app.core.db import session
from app.core.progress import WorkState
from app.documents import queries as documents
from app.documents.actions import keeping
from app.documents.formats.examination import Examination, Syntax
from app.documents.models import Document, FileRole
from app.intake.actions import taking
from app.intake.actions.taking import Examined, Waiting
from app.intake.models import Intake, IntakeItem, ItemState, Source


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came: its name, its media type as far as it is known, its bytes."""

    name: str
    media_type: str
    content: bytes


def examined(organisation_id: str, document: Sent, attachments: Sequence[Sent]) -> Examined:
    """Store and examine a document with what came beside it; slow, and outside of any transaction.

    Raises `Refused` where one of them holds malware, or nobody can say.
    """
    for one in (document, *attachments):
        scanning.refuse_malware(keeping.safe_name(one.name), one.content)
    stored = keeping.store(organisation_id, document.name, document.content)
    waiting = Waiting(ids.new(), organisation_id, stored.name, stored.sha256)
    found = taking.examined(waiting)
    for part in found.examination.attachments:
        scanning.refuse_malware(part.name, part.content)
    beside = tuple(
        replace(
            keeping.store(organisation_id, one.name, one.content),
            role=FileRole.ATTACHMENT,
            media_type=one.media_type,
        )
        for one in attachments
    )
    return replace(found, files=found.files + beside)


def is_readable(examination: Examination) -> bool:
    """Say whether there is anything to keep: a document of some kind, with or without errors."""
    if examination.syntax is Syntax.OTHER_XML:
        return examination.kind is not None
    return examination.syntax is not Syntax.UNKNOWN


def keep(found: Examined, by: journal.Actor, *, creates_customers: bool) -> tuple[Document, bool]:
    """Return the document of an examined file, and whether it is new: known bytes are nothing new.

    Raises `outbox.Again` where another takes in the same at this moment.
    """
    waiting = found.waiting
    known = documents.with_bytes(waiting.organisation_id, waiting.sha256)
    if known is not None:
        return known, False
    batch = Intake(
        id=ids.new(),
        organisation_id=waiting.organisation_id,
        by_name=by.name[:200],
        source=Source.API,
        created_at=clock.now(),
        total=1,
        creates_customers=creates_customers,
        state=WorkState.RUNNING,
        done_before=0,
    )
    item = IntakeItem(
        id=waiting.item_id,
        intake_id=batch.id,
        position=0,
        name=waiting.name,
        sha256=waiting.sha256,
        size=found.files[0].size,
        state=ItemState.WAITING,
        is_promised=True,
    )
    session().add_all([batch, item])
    session().flush()
    document = taking.keep(found, by)
    assert document is not None
    return document, True
