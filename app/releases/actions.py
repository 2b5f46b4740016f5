"""Every write about releases: begin, publish a slice, stop, resume, try again."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.exc import DBAPIError

from app.core import clock, journal, languages, outbox
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.progress import WorkState
from app.documents import queries as documents
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.queries import Filters
from app.documents.rules.life import State
from app.releases import queries
from app.releases.models import Release, ReleaseItem
from app.releases.rules import LANES, MOST, RETRIABLE, SLICE, ItemState

logger = logging.getLogger(__name__)

PUBLISH = "releases.publish"
PAUSE = timedelta(seconds=1)
"""Until a lane looks again where others hold all that is left."""

DECIDED = N_("This document was decided in the meantime. Nothing was changed.")
WENT_WRONG = N_("Something went wrong on our side. Try this document again.")


def start(
    release_id: str,
    organisation_id: str,
    by: journal.Actor,
    filters: Filters,
    chosen: Sequence[str] = (),
) -> bool:
    """Begin a release of the ready documents that fit now; False where it was begun before.

    Raises `Refused` where no document is ready any more.
    """
    now = clock.now()
    row = insert(Release).values(
        id=release_id,
        organisation_id=organisation_id,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name[:200],
        created_at=now,
        total=0,
        state=WorkState.RUNNING,
        done_before=0,
        round=1,
    )
    if session().execute(row.on_conflict_do_nothing().returning(Release.id)).first() is None:
        return False
    release = session().get_one(Release, release_id)
    release.total = _snapshot(release, filters, chosen)
    if not release.total:
        raise Refused(_("No document is ready any more. Nothing was changed."))
    session().flush()
    _note("release.started", release, by, documents=release.total)
    _open_lanes(release)
    return True


def _snapshot(release: Release, filters: Filters, chosen: Sequence[str]) -> int:
    """Write down which documents belong to it, in one statement; returns how many."""
    ready = documents.ready(release.organisation_id, filters, chosen).limit(MOST)
    found = ready.with_only_columns(Document.id).subquery()
    position = func.row_number().over(order_by=found.c.id.desc()) - 1
    rows = select(
        literal(release.id),
        position,
        literal(release.organisation_id),
        found.c.id,
        literal(ItemState.WAITING.value),
        literal(""),
    )
    names = ["release_id", "position", "organisation_id", "document_id", "state", "reason"]
    session().execute(plain_insert(ReleaseItem).from_select(names, rows))
    # Counted: not every driver says how many rows such an INSERT wrote.
    return queries.counts_of(release.id)[ItemState.WAITING]


def work(release_id: str, round_number: int) -> None:
    """Publish the next documents, and promise to go on where some are left."""
    release = queries.by_id(release_id)
    if release is None or release.round != round_number or release.state is not WorkState.RUNNING:
        return
    done = publish_next(release)
    if queries.has_waiting(release.id):
        _promise(release, timedelta(0) if done else PAUSE)
    else:
        _finish(release)


def publish_next(release: Release) -> int:
    """Publish the next documents that nobody else has in hand, one by one; return how many."""
    taken = queries.take(release.id, SLICE)
    known = documents.by_ids([one.document_id for one in taken])
    # The reason is kept as a msgid: each reader sees it in their language.
    with languages.speaking(languages.SOURCE):
        for one in taken:
            one.state, one.reason = _publish(known[one.document_id], release)
    session().flush()
    return len(taken)


def _publish(document: Document, release: Release) -> tuple[ItemState, str]:
    if document.state is not State.READY:
        return ItemState.REFUSED, DECIDED
    try:
        with session().begin_nested():
            publication.publish(document, release.by)
    except Refused as refusal:
        return ItemState.REFUSED, refusal.sentence[:500]
    except DBAPIError:
        # The database is away, or two waited for each other: the whole slice is done again.
        raise
    except Exception:
        logger.exception("a document could not be published")
        return ItemState.FAILED, WENT_WRONG
    return ItemState.PUBLISHED, ""


def help_with(release_id: str) -> int:
    """Publish the next documents beside the workers, for a command; return how many."""
    release = queries.by_id(release_id)
    if release is None or release.state is not WorkState.RUNNING:
        return 0
    done = publish_next(release)
    if not queries.has_waiting(release.id):
        _finish(release)
    return done


def stop(release: Release, by: journal.Actor) -> None:
    """Begin no further slice; raises `Refused` where nothing is going on."""
    if not _move(release, [WorkState.RUNNING], WorkState.STOPPED):
        raise Refused(_("This release is not at work. Nothing was changed."))
    _note("release.stopped", release, by)


def give_up(release_id: str, round_number: int) -> None:
    """Stop a release whose later work fails again and again: a person has to look."""
    release = queries.by_id(release_id)
    is_same = Release.round == round_number
    if release is not None and _move(release, [WorkState.RUNNING], WorkState.STOPPED, is_same):
        _note("release.stopped", release, journal.SYSTEM)


def resume(release: Release, by: journal.Actor) -> None:
    """Go on with a stopped release; raises `Refused` where it was not stopped."""
    if not _move(release, [WorkState.STOPPED], WorkState.RUNNING, round=Release.round + 1):
        raise Refused(_("This release is not stopped. Nothing was changed."))
    _pace(release)
    _open_lanes(release)
    _note("release.resumed", release, by)


def retry(release: Release, by: journal.Actor, document_id: str | None = None) -> int:
    """Try all that was refused or failed again, or one; return how many. Raises `Refused` where none is."""
    session().execute(select(Release.id).where(Release.id == release.id).with_for_update())
    session().refresh(release)
    if release.state is WorkState.STOPPED:
        raise Refused(_("This release is stopped. Resume it first."))
    unpublished = [ReleaseItem.release_id == release.id, ReleaseItem.state.in_(sorted(RETRIABLE))]
    if document_id is not None:
        unpublished.append(ReleaseItem.document_id == document_id)
    again = update(ReleaseItem).where(*unpublished).values(state=ItemState.WAITING, reason="")
    count: int = (
        session().execute(again.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
    )
    if not count:
        raise Refused(_("Nothing was refused here. Nothing was changed."))
    _move(
        release,
        [WorkState.RUNNING, WorkState.FINISHED],
        WorkState.RUNNING,
        round=Release.round + 1,
    )
    _pace(release)
    _open_lanes(release)
    _note("release.tried_again", release, by, documents=count)
    return count


def _open_lanes(release: Release) -> None:
    for _lane in range(min(LANES, -(-release.total // SLICE))):
        _promise(release, timedelta(0))


def _promise(release: Release, delay: timedelta) -> None:
    outbox.promise(
        PUBLISH,
        organisation_id=release.organisation_id,
        delay=delay,
        release=release.id,
        turn=str(release.round),
    )


def _finish(release: Release) -> None:
    """Finish a round where nothing waits; one that was begun meanwhile goes on."""
    begun = [WorkState.RUNNING, WorkState.STOPPED]
    if _move(release, begun, WorkState.FINISHED, Release.round == release.round):
        counts = {state.value: count for state, count in queries.counts_of(release.id).items()}
        counts.pop(ItemState.WAITING.value)
        _note("release.finished", release, journal.SYSTEM, **counts)


def _pace(release: Release) -> None:
    """Measure the pace from now on: while nobody worked, time went by."""
    release.resumed_at = clock.now()
    release.done_before = release.total - queries.counts_of(release.id)[ItemState.WAITING]
    session().flush()


def _move(
    release: Release,
    sources: list[WorkState],
    target: WorkState,
    *conditions: ColumnElement[bool],
    **values: Any,
) -> bool:
    session().flush()
    change = update(Release).where(
        Release.id == release.id, Release.state.in_(sources), *conditions
    )
    moved = session().execute(
        change.values(state=target, **values).execution_options(synchronize_session=False)
    )
    session().refresh(release)
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _note(name: str, release: Release, by: journal.Actor, **data: Any) -> None:
    journal.record(
        name, by, organisation_id=release.organisation_id, about=("release", release.id), **data
    )
