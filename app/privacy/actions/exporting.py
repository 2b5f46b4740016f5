"""Telling somebody all that is known about them: asked for, made as a ZIP, forgotten after a week."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import update

from app.access.principal import Principal
from app.bundles.formats.archive import Archive
from app.core import clock, ids, journal, outbox, runtime
from app.core.db import session
from app.documents.models import File
from app.privacy import queries
from app.privacy.models import PrivacyExport
from app.privacy.rules import Subject
from app.privacy.rules.register import TREATMENTS

MAKE = "privacy.make_export"
FORGET = "privacy.forget_export"
KEPT: Final = timedelta(days=7)
SWEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to make a ZIP once the transaction is closed."""

    export_id: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    pieces: int
    rows: int
    size: int


def ask(subject: Subject, name: str, who: Principal) -> PrivacyExport:
    """Ask for all that is known about somebody, and promise to make it."""
    now = clock.now()
    one = PrivacyExport(
        id=ids.new(),
        organisation_id=subject.organisation_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_name=name[:200],
        person_id=who.id,
        person_name=who.name[:200],
        created_at=now,
        expires_at=now + KEPT,
    )
    session().add(one)
    session().flush()
    outbox.promise(
        MAKE, organisation_id=one.organisation_id, key=f"privacy:{one.id}", export=one.id
    )
    _record("privacy.export_asked", one, who.actor)
    return one


def plan(one: PrivacyExport) -> Plan | None:
    """Return how an export is to be made; None where the subject is gone."""
    found = queries.by_id(one.subject_kind, one.subject_id)
    return None if found is None else Plan(one.id, found[0])


def make(one: Plan) -> Made:
    """Write the ZIP and store it; slow, and outside of any transaction."""
    here = runtime.current()
    with TemporaryDirectory(dir=here.settings.runtime_dir) as folder:
        path = Path(folder) / "privacy.zip"
        count = 0
        with here.database.reading(), Archive(path) as archive:
            for name in TREATMENTS:
                rows, content = _records(name, one.subject)
                if rows:
                    archive.add(f"data/{name}.json", [content], len(content))
                    count += rows
            files = queries.files(one.subject)
            for number, file in files:
                archive.add(_path(number, file), _bytes(one.subject, file), file.size)
        here.storage.keep(one.subject.organisation_id, one.export_id, path)
        return Made(len(TREATMENTS) + len(files), count, path.stat().st_size)


def _records(name: str, subject: Subject) -> tuple[int, bytes]:
    found = list(queries.rows(name, subject))
    return len(found), json.dumps(found, default=_plain, ensure_ascii=False, indent=1).encode()


def _path(number: str, file: File) -> str:
    folder = "".join(c if c.isalnum() or c in "-_." else "_" for c in number)
    return f"documents/{folder}/{file.id}-{file.name}"


def _bytes(subject: Subject, file: File) -> Iterator[bytes]:
    return runtime.current().storage.stream(subject.organisation_id, file.sha256)


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value)} has no form in JSON")


def finish(export_id: str, made: Made, by: journal.Actor) -> None:
    """Write down that the ZIP lies in the storage."""
    values = {"total": made.pieces, "done": made.pieces, "rows": made.rows, "size": made.size}
    if _change(export_id, is_done=True, **values):
        one = queries.export_by_id(export_id)
        assert one is not None
        _record("privacy.export_made", one, by, rows=made.rows, bytes=made.size)


def fail(export_id: str) -> None:
    """Say that there is no ZIP."""
    _change(export_id, is_failed=True)


def note_download(one: PrivacyExport, by: journal.Actor) -> None:
    """Write down that somebody took the ZIP away."""
    _record("privacy.export_downloaded", one, by)


def sweep() -> None:
    """Forget exports whose time is over, and promise to remove their ZIPs."""
    for one in queries.expired(clock.now(), SWEPT):
        outbox.promise(
            FORGET,
            organisation_id=one.organisation_id,
            key=f"privacy-export:{one.id}",
            organisation=one.organisation_id,
            export=one.id,
        )
        session().delete(one)


def _record(name: str, one: PrivacyExport, by: journal.Actor, **data: Any) -> None:
    journal.record(
        name,
        by,
        organisation_id=one.organisation_id,
        about=(one.subject_kind.value, one.subject_id),
        **data,
    )


def _change(export_id: str, **values: object) -> bool:
    """Change an export that is still waited for; False where it is made, or given up."""
    changed = session().execute(
        update(PrivacyExport)
        .where(
            PrivacyExport.id == export_id,
            PrivacyExport.is_done.is_(False),
            PrivacyExport.is_failed.is_(False),
        )
        .values(**values)
        .returning(PrivacyExport.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None
