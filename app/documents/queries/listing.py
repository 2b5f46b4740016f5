"""The list of documents: every filter and every order from an index, whatever the number of rows.

Equal columns and the column of the order are read from one index. Where kind or state is open, the
short lists of each are merged. What is left of a filter then (a second range) is looked for among the
next `LOOK` rows only; a page that is not full says where it stopped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, false, func, select, true, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.access.principal import Principal
from app.core.db import session
from app.documents.models import DealtCurrency, Document
from app.documents.queries import searching
from app.documents.queries.documents import visible
from app.documents.queries.filters import Filters, beyond_index, equal, kinds, states, within
from app.documents.rules.kinds import Kind
from app.documents.rules.listing import NEWEST, Order, Sort

LOOK: Final = 500
"""Rows that one page looks at for what no index holds together."""

EVERY: Final = 10_000_000
"""More rows than any list has."""

Place = tuple[Any, str]
"""The value of the order's column, None where a document has none, and the id."""

COLUMNS: Final[dict[Sort, InstrumentedAttribute[Any]]] = {
    Sort.DATE: Document.listed_on,
    Sort.DUE: Document.due_date,
    Sort.AMOUNT: Document.total_minor,
    Sort.NUMBER: Document.number_sort,
}
OPTIONAL: Final = frozenset({Sort.DUE, Sort.AMOUNT})
"""Orders by what a document may lack; such documents stand at the end, whichever way it runs."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one page, and where the look stopped before the page was full (None: it did not)."""

    rows: list[Document]
    stopped: Place | None = None


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through a list: whose, which, in what order, and from where."""

    who: Principal
    filters: Filters
    order: Order
    back: bool
    lacks: bool
    """Whether it leads through the documents that lack the value of the order."""
    start: Place | None

    @property
    def column(self) -> InstrumentedAttribute[Any]:
        return COLUMNS[self.order.sort]

    @property
    def beyond(self) -> ColumnElement[bool]:
        if self.start is None:
            return true()
        if self.lacks:
            return Document.id < self.start[1] if self.falls else Document.id > self.start[1]
        place = tuple_(self.column, Document.id)
        return place < self.start if self.falls else place > self.start

    @property
    def falls(self) -> bool:
        return self.order.is_down is not self.back

    @property
    def steps(self) -> tuple[Any, ...]:
        columns = (Document.id,) if self.lacks else (self.column, Document.id)
        return tuple(column.desc() if self.falls else column.asc() for column in columns)


def page(
    who: Principal,
    filters: Filters,
    cursor: Place | None,
    *,
    back: bool,
    limit: int,
    order: Order = NEWEST,
) -> list[Document]:
    """Return at most `limit` documents in `order` beyond a keyset `cursor`; `back` looks back."""
    return found(who, filters, cursor, back=back, limit=limit, order=order).rows


def found(
    who: Principal,
    filters: Filters,
    cursor: Place | None,
    *,
    back: bool,
    limit: int,
    order: Order = NEWEST,
    look: int | None = LOOK,
) -> Found:
    """Return a page of documents. Never counts, never skips: the cost does not grow.

    Without an end of the `look` all that fits is found, however long it takes: for jobs.
    """
    if not kinds(who, filters):
        return Found([])
    rows: list[Document] = []
    for lacks, start in _stretches(filters, order, cursor, back=back):
        walk = _Walk(who, filters, order, back, lacks, start)
        wanted = limit - len(rows)
        some = list(session().scalars(_statement(walk, wanted, look)))
        rows += some
        stopped = _end(walk, look) if len(some) < wanted and look is not None else None
        if stopped is not None or len(rows) == limit:
            return Found(rows[::-1] if back else rows, stopped)
    return Found(rows[::-1] if back else rows)


def count(who: Principal, filters: Filters) -> int:
    """Return how many documents fit, however long it takes: for jobs only."""
    if not kinds(who, filters):
        return 0
    walk = _Walk(who, filters, NEWEST, False, False, None)
    rows = _statement(walk, EVERY, None).with_only_columns(Document.id).subquery()
    return session().scalar(select(func.count()).select_from(rows)) or 0


def first_ids(who: Principal, filters: Filters, limit: int) -> Select[Any] | None:
    """Return the ids of the newest `limit` that fit; None where no index holds all of the filter."""
    if not kinds(who, filters):
        return select(Document.id).where(false())
    if not filters.is_gathered and list(beyond_index(filters, Sort.DATE)):
        return None
    walk = _Walk(who, filters, NEWEST, False, False, None)
    return _statement(walk, limit, LOOK).with_only_columns(Document.id)


def newest(who: Principal, limit: int) -> list[Document]:
    """Return the newest documents of a principal's list."""
    return page(who, Filters(), None, back=False, limit=limit)


def currencies(who: Principal) -> list[str]:
    """Return the currencies (ISO 4217) that the organisation's documents are in."""
    rows = select(DealtCurrency.currency).where(
        DealtCurrency.organisation_id == who.organisation_id
    )
    return list(session().scalars(rows.order_by(DealtCurrency.currency)))


def place_of(document: Document, order: Order) -> Place:
    """Return where a document stands in an order."""
    return getattr(document, COLUMNS[order.sort].key), document.id


def _stretches(
    filters: Filters, order: Order, cursor: Place | None, *, back: bool
) -> Iterator[tuple[bool, Place | None]]:
    """Yield the stretches of a walk: whether the value is lacking there, and where it starts."""
    # What is to be paid has an amount: an invoice without its total (BT-112) is never published.
    is_owed = order.sort is Sort.AMOUNT and filters.is_overdue
    may_lack = order.sort in OPTIONAL and not filters.has_range(order.sort) and not is_owed
    if may_lack and cursor is not None and cursor[0] is None:
        yield True, cursor
        if back:
            yield False, None
        return
    yield False, cursor
    if may_lack and not back:
        yield True, None


def _statement(walk: _Walk, limit: int, look: int | None) -> Select[Document]:
    filters, sort = walk.filters, walk.order.sort
    rest = list(beyond_index(filters, sort))
    if walk.who.open_on is not None and not filters.is_gathered:
        # All that waits for somebody is looked at, and sorted: it is little.
        rows = visible(walk.who).where(*equal(walk.who, filters))
        rows = rows.where(*_stretch(walk), *within(filters, sort), *rest, walk.beyond)
    elif filters.is_gathered:
        rows = searching.gathered(walk.who, filters, walk.beyond, walk.steps, limit)
        rows = rows.where(*_stretch(walk), *within(filters, sort), *rest, walk.beyond)
    elif sort is Sort.DATE and (look is None or not rest) and len(parts := _parts(walk)) == 1:
        rows = parts[0].where(*rest)
    else:
        # A job looks at as many rows as it takes, list by list.
        inside = [] if look is not None else rest
        first = _first(walk, look if rest and look is not None else limit, inside).subquery()
        rows = select(Document).where(Document.id.in_(select(first.c.id)), *rest)
    return rows.order_by(*walk.steps).limit(limit)


def _end(walk: _Walk, look: int) -> Place | None:
    """Return the last row that was looked at; None where there was none left to look at."""
    is_exact = walk.filters.is_gathered or walk.who.open_on is not None
    if is_exact or not list(beyond_index(walk.filters, walk.order.sort)):
        return None
    seen = _first(walk, look, []).subquery()
    steps = _steps(walk, seen.c.value, seen.c.id)
    last = select(seen.c.value, seen.c.id).order_by(*steps).offset(look - 1).limit(1)
    row = session().execute(last).first()
    return None if row is None else (row.value, row.id)


def _first(walk: _Walk, limit: int, rest: list[ColumnElement[bool]]) -> Select[Any]:
    """Return value and id of the first `limit` rows of a walk, merged from lists in its order."""
    parts = [
        part.with_only_columns(walk.column.label("value"), Document.id)
        .where(*rest)
        .order_by(*walk.steps)
        .limit(limit)
        for part in _parts(walk)
    ]
    if len(parts) == 1:
        return parts[0]
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    steps = _steps(walk, every.c.value, every.c.id)
    return select(every.c.value, every.c.id).order_by(*steps).limit(limit)


def _steps(walk: _Walk, value: Any, row: Any) -> tuple[Any, ...]:
    columns = (row,) if walk.lacks else (value, row)
    return tuple(column.desc() if walk.falls else column.asc() for column in columns)


def _parts(walk: _Walk) -> list[Select[Document]]:
    """Return the lists that an index holds in the order of a walk, each from its start on."""
    who, filters = walk.who, walk.filters
    cut = (*_stretch(walk), *within(filters, walk.order.sort), walk.beyond)
    each = [visible(one).where(*cut) for one in who.each()]
    wanted = kinds(who, filters)
    if walk.order.sort is Sort.DATE and len(wanted) in (1, len(Kind)):
        return [part.where(*equal(who, filters)) for part in each]
    if filters.customer_id is not None:
        each = [part.where(Document.customer_id == filters.customer_id) for part in each]
    return [
        part.where(Document.state == state, Document.kind == kind)
        for part, state, kind in product(each, states(who, filters), wanted)
    ]


def _stretch(walk: _Walk) -> Iterator[ColumnElement[bool]]:
    if walk.lacks:
        yield walk.column.is_(None)
    elif walk.order.sort in OPTIONAL:
        yield walk.column.is_not(None)
