"""Making the archive of a bundle: chunk by chunk, with no transaction open while it is written."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from app.access.grants import Can
from app.access.principal import NOBODY, Principal
from app.bundles import queries, rules
from app.bundles.actions import asking
from app.bundles.formats.archive import Archive
from app.bundles.models import Bundle
from app.bundles.rules import Names, Pattern, Reason
from app.core import languages, runtime, text
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document, File, FileRole
from app.documents.queries import Filters, listing
from app.documents.rules.listing import NEWEST
from app.documents.rules.plain import from_plain
from app.exports import rules as exports
from app.exports.formats import text_file
from app.exports.rules import Cell
from app.organisations import queries as organisations
from app.renditions.models import Rendition

EVERY: Final = 0.5
"""Seconds between two lines about how far it is."""


class ImpossibleError(Exception):
    """There will be no archive, whoever tries."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to make an archive once the transaction is closed."""

    bundle_id: str
    organisation_id: str
    who: Principal
    filters: Filters
    chosen: Sequence[str]
    pattern: Pattern
    with_internal: bool
    language: str
    country: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: the documents in the archive and its bytes, or why there is none."""

    documents: Sequence[str] = ()
    size: int = 0
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One file that goes along, under the name that it gets."""

    name: str
    sha256: str
    size: int


@dataclass(slots=True)
class _Work:
    """An archive in the making."""

    plan: Plan
    archive: Archive
    names: Names = field(default_factory=Names)
    documents: list[str] = field(default_factory=list)
    index: list[Sequence[Cell]] = field(default_factory=list)
    size: int = 0


def plan(one: Bundle) -> Plan:
    """Return how a bundle is to be made: for whom, what, in which language."""
    organisation = organisations.organisation_by_id(one.organisation_id)
    return Plan(
        one.id,
        one.organisation_id,
        _who(one),
        from_plain(Filters, one.filters),
        tuple(one.chosen),
        one.pattern,
        one.with_internal,
        one.language,
        organisation.country,
        organisation.timezone,
    )


def _who(one: Bundle) -> Principal:
    """Return who asked; a contact anew: what was released when they asked may be closed by now."""
    if one.customer_id is None:
        return Principal(role=one.role, id=one.person_id, organisation_id=one.organisation_id)
    found = organisations.contact_as_principal(one.organisation_id, one.person_id)
    is_same = found is not None and found.customer_id == one.customer_id
    return found if found and is_same and found.may(Can.BUNDLE_DOCUMENTS) else NOBODY


def make(one: Plan) -> Made:
    """Write the archive and store it; slow, and outside of any transaction."""
    here = runtime.current()
    with (
        languages.speaking(one.language, one.country, one.timezone),
        TemporaryDirectory(dir=here.settings.runtime_dir) as folder,
    ):
        path = Path(folder) / "bundle.zip"
        try:
            with Archive(path) as archive:
                work = _Work(one, archive)
                _fill(work)
        except ImpossibleError as error:
            return Made(reason=error.reason)
        here.storage.keep(one.organisation_id, one.bundle_id, path)
        return Made(tuple(work.documents), path.stat().st_size)


def _fill(work: _Work) -> None:
    database, told = runtime.current().database, monotonic()
    for rows in _chunks(work.plan):
        ids = [row.id for row in rows]
        with database.reading():
            files = queries.files_of(ids, with_internal=work.plan.with_internal)
            sheets = queries.sheets_of(ids)
        for row in rows:
            _add(work, row, files.get(row.id, []), sheets.get(row.id))
        if monotonic() - told > EVERY:
            told = monotonic()
            with database.transaction():
                asking.go_on(work.plan.bundle_id, len(work.documents))
    if not work.documents:
        raise ImpossibleError(Reason.EMPTY)
    content = _index(work.index)
    work.archive.add(rules.INDEX, [content], len(content))


def _chunks(one: Plan) -> Iterator[list[Document]]:
    """Read the documents by keyset, a transaction for each chunk; raises where there are too many."""
    database = runtime.current().database
    with database.reading():
        chosen = queries.chosen_documents(one.who, one.chosen) if one.chosen else None
        total = listing.count(one.who, one.filters) if chosen is None else len(chosen)
    if total > rules.MOST:
        raise ImpossibleError(Reason.TOO_MANY)
    with database.transaction():
        asking.begin(one.bundle_id, total)
    if chosen is not None:
        yield chosen
        return
    done, place = 0, None
    while True:
        with database.reading():
            found = documents.found(
                one.who, one.filters, place, back=False, limit=rules.CHUNK, look=None
            ).rows
        if not found:
            return
        done += len(found)
        if done > rules.MOST:
            raise ImpossibleError(Reason.TOO_MANY)
        yield found
        place = documents.place_of(found[-1], NEWEST)


def _add(work: _Work, row: Document, files: Sequence[File], sheet: Rendition | None) -> None:
    storage, owner = runtime.current().storage, work.plan.organisation_id
    for piece in _pieces(work, row, files, sheet):
        work.size += piece.size
        if work.size > rules.MOST_BYTES:
            raise ImpossibleError(Reason.TOO_LARGE)
        stream = storage.stream(owner, piece.sha256)
        work.archive.add(piece.name, stream, piece.size, piece.sha256)
        work.index.append(_line(row, piece))
    work.documents.append(row.id)


def _pieces(
    work: _Work, row: Document, files: Sequence[File], sheet: Rendition | None
) -> Iterator[_Piece]:
    """Yield a document's files: as it came, as a PDF, and what lies beside it."""
    day, kind = row.issue_date or row.listed_on, _(row.kind.label)
    stem = rules.stem(work.plan.pattern, day, kind, row.number)
    for file in files:
        ending = rules.ending(file.name)
        path = stem
        if file.role is FileRole.ATTACHMENT:
            path = rules.beside(stem, file.name[: len(file.name) - len(ending)])
        yield _Piece(work.names.free(path, ending), file.sha256, file.size)
    if sheet is not None and sheet.sha256 is not None:
        yield _Piece(work.names.free(stem, ".pdf"), sheet.sha256, sheet.size or 0)


def _line(row: Document, piece: _Piece) -> Sequence[Cell]:
    return (
        _(row.kind.label),
        row.number,
        row.issue_date or row.listed_on,
        row.total.amount if row.total else None,
        row.currency,
        piece.name,
        piece.sha256,
    )


def _index(lines: Sequence[Sequence[Cell]]) -> bytes:
    titles = (_("Kind"), _("Number"), _("Date"), _("Total, VAT included"), _("Currency"))
    file = io.StringIO(newline="")
    style = exports.style(languages.current(), text.decimal_sign())
    text_file.write_to(file, [*titles, _("File"), "SHA-256"], lines, style)
    return file.getvalue().encode("utf-8-sig")
