"""Every look-up of bundles, and of the files that go into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.access.principal import Principal
from app.bundles.models import Bundle, BundleDocument
from app.bundles.rules import MOST, State
from app.core import clock
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Audience, Document, File, FileRole
from app.documents.queries import Filters, listing
from app.identity.models import Person
from app.renditions.models import Rendition
from app.renditions.rules import Form
from app.renditions.rules import State as RenditionState

SHEETS = (Form.PDF, Form.FACTURX)
"""What Kontor makes for people."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much a bundle would hold: documents (at most `MOST` + 1), bytes of all files."""

    documents: int
    size: int


def one(who: Principal, bundle_id: str) -> Bundle | None:
    """Return a bundle for the person who asked for it, as long as it is kept."""
    rows = select(Bundle).where(
        Bundle.id == bundle_id,
        Bundle.organisation_id == who.organisation_id,
        Bundle.person_id == who.id,
        Bundle.expires_at > clock.now(),
    )
    return session().scalar(rows)


def by_id(bundle_id: str) -> Bundle | None:
    """Return a bundle; for jobs."""
    return session().get(Bundle, bundle_id)


def under_way(person_id: str) -> int:
    """Return how many bundles of a person are not made yet; nobody else adds one meanwhile."""
    session().execute(select(Person.id).where(Person.id == person_id).with_for_update())
    rows = select(func.count()).where(
        Bundle.person_id == person_id,
        Bundle.state == State.WAITING,
        Bundle.expires_at > clock.now(),
    )
    return session().scalar(rows) or 0


def expired(now: datetime, limit: int) -> list[Bundle]:
    """Return bundles whose time is over, for housekeeping."""
    rows = select(Bundle).where(Bundle.expires_at <= now).order_by(Bundle.expires_at)
    return list(session().scalars(rows.limit(limit)))


def is_released(who: Principal, bundle: Bundle) -> bool:
    """Say whether every document of a bundle exists for the reader at this moment."""
    if who.is_staff:
        return True
    still = (
        documents.visible(who)
        .join(BundleDocument, BundleDocument.document_id == Document.id)
        .where(BundleDocument.bundle_id == bundle.id)
        .with_only_columns(func.count())
    )
    return session().scalar(still) == bundle.done


def forecast(who: Principal, filters: Filters, chosen: Sequence[str]) -> Forecast | None:
    """Return how much a bundle would hold; None where only a long look could tell. One SELECT."""
    rows = picked(who, chosen) if chosen else listing.first_ids(who, filters, MOST + 1)
    if rows is None:
        return None
    ids = rows.subquery()
    inside = select(ids.c.id)
    files = select(func.coalesce(func.sum(File.size), 0)).where(
        File.document_id.in_(inside), *_wanted(with_internal=who.is_staff)
    )
    sheets = select(func.coalesce(func.sum(Rendition.size), 0)).where(
        Rendition.document_id.in_(inside), *_made()
    )
    count = select(func.count()).select_from(ids)
    found = select(count.scalar_subquery(), files.scalar_subquery(), sheets.scalar_subquery())
    number, of_files, of_sheets = session().execute(found).one()
    return Forecast(number, int(of_files) + int(of_sheets))


def picked(who: Principal, chosen: Sequence[str]) -> Select[Any]:
    """Return the ids of what was ticked and exists for a principal."""
    return documents.visible(who).where(Document.id.in_(chosen)).with_only_columns(Document.id)


def chosen_documents(who: Principal, chosen: Sequence[str]) -> list[Document]:
    """Return what was ticked and exists for a principal, the newest first."""
    rows = documents.visible(who).where(Document.id.in_(chosen))
    rows = rows.order_by(Document.listed_on.desc(), Document.id.desc())
    return list(session().scalars(rows))


def files_of(document_ids: Sequence[str], *, with_internal: bool) -> dict[str, list[File]]:
    """Return the files that go along, by document: the original first, then what is beside it."""
    rows = (
        select(File)
        .where(File.document_id.in_(document_ids), *_wanted(with_internal=with_internal))
        .order_by(File.document_id, File.position)
    )
    found: dict[str, list[File]] = {}
    for file in session().scalars(rows):
        found.setdefault(file.document_id, []).append(file)
    return found


def sheets_of(document_ids: Sequence[str]) -> dict[str, Rendition]:
    """Return the PDF that was made of each document, where there is one."""
    rows = select(Rendition).where(Rendition.document_id.in_(document_ids), *_made())
    return {row.document_id: row for row in session().scalars(rows.order_by(Rendition.id))}


def _wanted(*, with_internal: bool) -> list[ColumnElement[bool]]:
    # The XML out of a PDF is inside that PDF.
    wanted = [File.role != FileRole.XML]
    return wanted if with_internal else [*wanted, File.audience == Audience.CUSTOMER]


def _made() -> list[ColumnElement[bool]]:
    return [Rendition.form.in_(SHEETS), Rendition.state == RenditionState.MADE]
