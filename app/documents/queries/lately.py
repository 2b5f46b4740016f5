"""What is new among the documents: for the first screen of staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ScalarSelect, Select, Subquery, case, func, literal, select, union_all

from app.access.principal import Principal
from app.core import ids
from app.core.db import session
from app.documents.models import Document
from app.documents.queries.documents import visible
from app.documents.rules.life import State

ENOUGH: Final = 1000
"""What is counted for a sentence is counted this far: beyond it nobody needs the exact number."""


@dataclass(frozen=True, slots=True)
class Lately:
    """The newest held documents, the newest at all, and how many came in since a moment."""

    held: list[Document]
    newest: list[Document]
    came: int
    """At most `ENOUGH` + 1."""
    came_held: int
    """How many of these are held still."""


def lately(who: Principal, since: datetime, held: int, newest: int) -> Lately:
    """Return at most `held` held documents and `newest` of all, newest first; one SELECT."""
    rows = visible(who)
    parts = [
        _first(rows.where(Document.state == State.HELD), 0, held),
        _first(rows.where(Document.is_current.is_(True)), 1, newest),
    ]
    shown = union_all(*parts).subquery()
    # An id says when it was made: the index of ids serves any period.
    came = rows.where(Document.id >= ids.first_of(since)).with_only_columns(Document.state)
    latest = came.order_by(Document.id.desc()).limit(ENOUGH + 1).subquery()
    found = session().execute(
        select(Document, shown.c.place, _count(latest), _count(latest, State.HELD))
        .join(shown, shown.c.id == Document.id)
        .order_by(Document.listed_on.desc(), Document.id.desc())
    )
    lists: tuple[list[Document], list[Document]] = ([], [])
    came_in, came_held = 0, 0
    for document, place, came_in, came_held in found:  # noqa: B007 - every row says the same
        lists[place].append(document)
    return Lately(lists[0], lists[1], came_in, came_held)


def _first(rows: Select[Document], place: int, limit: int) -> Select[str, int]:
    order = (Document.listed_on.desc(), Document.id.desc())
    some = rows.with_only_columns(Document.id).order_by(*order).limit(limit).subquery()
    return select(some.c.id, literal(place).label("place"))


def _count(latest: Subquery, state: State | None = None) -> ScalarSelect[int]:
    counted = func.count() if state is None else func.count(case((latest.c.state == state, 1)))
    return select(counted).select_from(latest).scalar_subquery()
