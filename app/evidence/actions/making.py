"""Making the ZIP of an evidence pack, with no transaction open while it is written."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from app.bundles.formats.archive import Archive
from app.core import languages, rendering, runtime
from app.core.errors import Invalid, Missing
from app.evidence import queries, rules
from app.evidence.actions import asking
from app.evidence.formats import placing, records, summary
from app.evidence.formats.placing import Placed
from app.evidence.formats.summary import Told
from app.evidence.models import EvidencePack
from app.evidence.queries import Evidence
from app.evidence.rules import Reason

EVERY: Final = 0.5
"""Seconds between two lines about how far it is."""
OWN: Final = 12
"""Files of a pack that are written here: the records, the summary, the README and the sums."""


class ImpossibleError(Exception):
    """There will be no ZIP, whoever tries; `detail` names the file that is to blame."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to make a ZIP once the transaction is closed."""

    pack_id: str
    organisation_id: str
    lineage_id: str
    with_internal: bool
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: files in the ZIP, its bytes and its SHA-256, or why there is none."""

    files: int = 0
    size: int = 0
    sha256: str = ""
    reason: Reason | None = None
    detail: str = ""


@dataclass(slots=True)
class _Work:
    """A ZIP in the making."""

    plan: Plan
    archive: Archive
    told: float
    sums: dict[str, str] = field(default_factory=dict)
    """Path → SHA-256."""


def plan(one: EvidencePack) -> Plan:
    """Return how a pack is to be made."""
    return Plan(
        one.id,
        one.organisation_id,
        one.lineage_id,
        one.with_internal,
        one.person_name,
        one.created_at,
    )


def make(one: Plan, tell: Told) -> Made:
    """Write the ZIP and store it; slow, and outside of any transaction.

    `tell` makes sentences of lines of the journal, for the summary.
    """
    here = runtime.current()
    with here.database.reading():
        found = queries.gather(one.organisation_id, one.lineage_id)
    house = found.house
    with (
        languages.speaking(house.language, house.country, house.timezone),
        TemporaryDirectory(dir=here.settings.runtime_dir) as folder,
    ):
        path = Path(folder) / "evidence.zip"
        try:
            with Archive(path) as archive:
                work = _Work(one, archive, monotonic())
                _fill(work, found, tell)
        except ImpossibleError as error:
            return Made(reason=error.reason, detail=error.detail)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        here.storage.keep(one.organisation_id, one.pack_id, path)
        return Made(len(work.sums) + 1, path.stat().st_size, sha256)


def _fill(work: _Work, found: Evidence, tell: Told) -> None:
    with_internal = work.plan.with_internal
    placed = placing.place(found, with_internal=with_internal)
    if sum(one.size for one in placed.values()) > rules.MOST_BYTES:
        raise ImpossibleError(Reason.TOO_LARGE)
    with runtime.current().database.transaction():
        asking.begin(work.plan.pack_id, len(placed) + OWN)
    _add_kept(work, placed.values())
    pack = _pack(work.plan, found)
    _add(work, rules.PACK, records.written(pack))
    for name, record in records.every(found, placed, with_internal=with_internal).items():
        _add(work, name, records.written(record))
    page = summary.write(found, placed, pack, tell, with_internal=with_internal)
    _add(work, rules.SUMMARY, page)
    _add(work, rules.README, rendering.alone("evidence/readme.txt").encode())
    content = rules.sums(work.sums.items()).encode()
    work.archive.add(rules.SUMS, [content], len(content))


def _pack(one: Plan, found: Evidence) -> dict[str, object]:
    """Return what names this pack, and the moment whose state it holds."""
    return {
        "id": one.pack_id,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at,
        "state_of": found.at,
        "with_internal_files": one.with_internal,
    }


def _add(work: _Work, path: str, content: bytes) -> None:
    work.sums[path] = hashlib.sha256(content).hexdigest()
    work.archive.add(path, [content], len(content))


def _add_kept(work: _Work, placed: Iterable[Placed]) -> None:
    """Add files of the storage; raises `ImpossibleError` where one is not what it was."""
    here = runtime.current()
    for one in placed:
        try:
            stream = here.storage.stream(work.plan.organisation_id, one.sha256)
            work.archive.add(one.path, stream, one.size, one.sha256)
        except (Invalid, Missing) as error:
            raise ImpossibleError(Reason.DAMAGED, one.path) from error
        work.sums[one.path] = one.sha256
        if monotonic() - work.told > EVERY:
            work.told = monotonic()
            with here.database.transaction():
                asking.go_on(work.plan.pack_id, len(work.sums))
