"""Putting files beside a document, and taking them away: never a change of the document itself."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select

from app.core import clock, ids, journal, runtime, scanning
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.actions import keeping, publication
from app.documents.actions.keeping import Stored
from app.documents.formats.media_types import attachment_type
from app.documents.models import Audience, Document, File, FileRole
from app.documents.rules import life

MOST: Final = 50
"""Files beside one document."""


def store(organisation_id: str, name: str, content: bytes, declared: str) -> Stored:
    """Store a file that a person sends beside a document; `declared` is its media type as sent.

    Call it before any transaction. Raises `Refused` where it is too large, or of no kind by its
    content that may be handed on, or holds malware.
    """
    shown, media_type = keeping.safe_name(name), attachment_type(content, declared)
    if len(content) > runtime.current().settings.document_limit:
        raise Refused(_("%(name)s is too large.", name=shown))
    if not media_type:
        raise Refused(
            _(
                "“%(name)s” is none of these by its content: PDF, PNG, JPEG, CSV, XLSX, ODS, XML.",
                name=shown,
            )
        )
    scanning.refuse_malware(shown, content)
    kept = keeping.store(organisation_id, shown, content)
    return Stored(kept.name, kept.size, kept.sha256, media_type=media_type)


def attach(
    document: Document, files: Sequence[Stored], audience: Audience, by: journal.Actor
) -> None:
    """Put stored files beside a document; raises `Refused` where nobody looks at it any more.

    A published document may get some too: what it says and its own files (BG-24) stay as they are,
    and the journal tells who added what, when, and for whom.
    """
    if document.state not in life.CURRENT:
        state = _(life.STATE_NAMES[document.state])
        raise Refused(_("This document is %(state)s already. Nothing was changed.", state=state))
    counted = select(func.count(), func.max(File.position)).where(File.document_id == document.id)
    count, last = session().execute(counted).one()
    if count + len(files) > MOST:
        raise Refused(_("A document can have at most %(count)s files.", count=MOST))
    for place, file in enumerate(files, (last or 0) + 1):
        session().add(_row(document, file, place, audience, by))
        publication.note("file.added", document, by, file=file.name, audience=audience.value)


def _row(
    document: Document, file: Stored, place: int, audience: Audience, by: journal.Actor
) -> File:
    return File(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        position=place,
        role=FileRole.ATTACHMENT,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        audience=audience,
        added_by=by.name[:200],
        added_at=clock.now(),
    )


def remove(document: Document, file: File, by: journal.Actor) -> None:
    """Take away a file that staff had added; raises `Refused` for all that must stay.

    What came with a document belongs to it, and what a customer may have seen is evidence.
    """
    refuse_others(document, file)
    gone = delete(File).where(File.id == file.id).returning(File.id)
    if session().execute(gone).first() is not None:
        publication.note("file.removed", document, by, file=file.name, sha256=file.sha256)


def refuse_others(document: Document, file: File) -> None:
    """Raise `Refused` where a file has to stay beside its document."""
    if file.added_by is None:
        raise Refused(_("This file came with the document. It stays."))
    is_seen = document.state not in (life.State.HELD, life.State.READY)
    if is_seen and file.audience is Audience.CUSTOMER:
        raise Refused(_("The customer may have seen this file already. It stays."))
