"""Every look-up of releases and their documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, exists, false, func, select, union_all

from app.access.principal import Principal
from app.core.db import session
from app.core.progress import Progress, WorkState
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.queries import Filters
from app.organisations.models import Recipient
from app.releases.models import Release, ReleaseItem
from app.releases.rules import MOST, RETRIABLE, Forecast, Heap, ItemState, Obstacle, forecast


def one(who: Principal, release_id: str) -> Release | None:
    """Return one release, for staff."""
    rows = select(Release).where(
        Release.id == release_id, Release.organisation_id == who.organisation_id
    )
    return session().scalar(rows.where(_staff_only(who)))


def by_id(release_id: str) -> Release | None:
    """Return a release; for jobs."""
    return session().get(Release, release_id)


def page(who: Principal, cursor: str | None, *, back: bool, limit: int) -> list[Release]:
    """Return at most `limit` releases, newest first, beyond the keyset `cursor` (an id)."""
    rows = select(Release).where(Release.organisation_id == who.organisation_id, _staff_only(who))
    if cursor is not None:
        rows = rows.where(Release.id > cursor if back else Release.id < cursor)
    order = Release.id.asc() if back else Release.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def item(who: Principal, release_id: str, document_id: str) -> tuple[Release, ReleaseItem] | None:
    """Return one document of a release, for staff."""
    release = one(who, release_id)
    rows = select(ReleaseItem).where(
        ReleaseItem.release_id == release_id, ReleaseItem.document_id == document_id
    )
    found = session().scalar(rows) if release is not None else None
    return None if release is None or found is None else (release, found)


def items(
    release_id: str, state: ItemState | None, cursor: int | None, *, back: bool, limit: int
) -> list[tuple[ReleaseItem, Document]]:
    """Return at most `limit` documents of a release in order, beyond a position; perhaps of one state."""
    rows = select(ReleaseItem, Document).join(Document, Document.id == ReleaseItem.document_id)
    rows = rows.where(ReleaseItem.release_id == release_id)
    if state is not None:
        rows = rows.where(ReleaseItem.state == state)
    if cursor is not None:
        rows = rows.where(ReleaseItem.position < cursor if back else ReleaseItem.position > cursor)
    order = ReleaseItem.position.desc() if back else ReleaseItem.position.asc()
    found = [(row[0], row[1]) for row in session().execute(rows.order_by(order).limit(limit))]
    return found[::-1] if back else found


def take(release_id: str, limit: int) -> list[ReleaseItem]:
    """Return the next documents that wait, and keep others from them until this transaction ends."""
    rows = (
        select(ReleaseItem)
        .where(ReleaseItem.release_id == release_id, ReleaseItem.state == ItemState.WAITING)
        .order_by(ReleaseItem.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(rows))


def has_waiting(release_id: str) -> bool:
    """Say whether a document of a release still waits."""
    waits = exists().where(
        ReleaseItem.release_id == release_id, ReleaseItem.state == ItemState.WAITING
    )
    return bool(session().scalar(select(waits)))


def counts_of(release_id: str) -> dict[ItemState, int]:
    """Return how many documents of a release are in which state, from the index of states."""
    rows = (
        select(ReleaseItem.state, func.count())
        .where(ReleaseItem.release_id == release_id)
        .group_by(ReleaseItem.state)
    )
    counts = dict.fromkeys(ItemState, 0)
    counts.update({row[0]: row[1] for row in session().execute(rows)})
    return counts


def progress(release: Release, counts: Mapping[ItemState, int]) -> Progress:
    """Return how far a release is, from its documents by state."""
    return Progress(
        total=release.total,
        done=release.total - counts[ItemState.WAITING],
        failed=sum(counts[state] for state in RETRIABLE),
        since=release.resumed_at or release.created_at,
        is_stopped=release.state is WorkState.STOPPED,
        before=release.done_before,
    )


def at_work(who: Principal, limit: int) -> list[tuple[Release, Progress]]:
    """Return the newest releases that are not finished, with how far each is; one SELECT."""
    newest = [
        select(Release.id)
        .where(Release.organisation_id == who.organisation_id, Release.state == state)
        .order_by(Release.id.desc())
        .limit(limit)
        .subquery()
        for state in (WorkState.RUNNING, WorkState.STOPPED)
    ]
    ids = union_all(*(select(each.c.id) for each in newest))
    rows = (
        select(Release, ReleaseItem.state, func.count())
        .join(ReleaseItem, ReleaseItem.release_id == Release.id)
        .where(Release.id.in_(ids), _staff_only(who))
        .group_by(Release.id, ReleaseItem.state)
    )
    counted: dict[Release, dict[ItemState, int]] = {}
    for release, state, count in session().execute(rows):
        counted.setdefault(release, dict.fromkeys(ItemState, 0))[state] = count
    newest_first = sorted(counted, key=lambda release: release.id, reverse=True)
    return [(release, progress(release, counted[release])) for release in newest_first[:limit]]


def foretell(organisation_id: str, filters: Filters, chosen: Sequence[str]) -> Forecast:
    """Return what a release of these documents would do; looks at `MOST` documents at most."""
    heaps = _heaps(organisation_id, filters, chosen)
    customers = {heap.customer_id for heap in heaps} - {None}
    return forecast(heaps, _recipients(organisation_id, customers))


def _heaps(organisation_id: str, filters: Filters, chosen: Sequence[str]) -> list[Heap]:
    obstacle = case(
        (documents.is_overtaken(), Obstacle.NEWER.value),
        (Document.issue_date.is_(None), Obstacle.NO_DATE.value),
        (Document.customer_id.is_(None), Obstacle.NO_CUSTOMER.value),
        else_="",
    ).label("obstacle")
    rows = documents.ready(organisation_id, filters, chosen).limit(MOST)
    found = rows.with_only_columns(Document.kind, Document.customer_id, obstacle).subquery()
    heaps = select(*found.c).add_columns(func.count()).group_by(*found.c)
    return [
        Heap(kind, customer_id, count, {Obstacle(why): count} if why else {})
        for kind, customer_id, why, count in session().execute(heaps)
    ]


def _recipients(organisation_id: str, customers: set[Any]) -> dict[str, list[tuple[Any, Any]]]:
    rows = select(Recipient.customer_id, Recipient.channel, Recipient.kinds).where(
        Recipient.organisation_id == organisation_id, Recipient.removed_at.is_(None)
    )
    if len(customers) <= FEW:
        rows = rows.where(Recipient.customer_id.in_(sorted(customers)))
    found: dict[str, list[tuple[Any, Any]]] = {}
    for customer_id, channel, kinds in session().execute(rows):
        if customer_id in customers:
            found.setdefault(customer_id, []).append((channel, kinds))
    return found


FEW = 500
"""Customers that are named one by one in a SELECT; of more, all of the organisation are read."""


def _staff_only(who: Principal) -> ColumnElement[bool]:
    return ~false() if who.is_staff else false()
