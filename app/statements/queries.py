"""Where the entries of an account come from, and what is open. All are read from indexes.

Whoever adds a source (payments) adds it to `_sources`, and subtracts it in `open_minor`.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)

from app.access.principal import Principal
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.queries.documents import released_kinds
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.statements import rules
from app.statements.rules import SIGNS, Balance, Entry, OpenItem, Period, Source, Statement

KINDS = {Source.INVOICE: Kind.INVOICE, Source.CREDIT_NOTE: Kind.CREDIT_NOTE}
"""Sources that are kinds of documents; a reminder only repeats a debt, others open none."""

Place = tuple[date, str]
"""Day and id of an entry."""


def open_minor() -> ColumnElement[int]:
    """Return what is open of an invoice at present: BT-115; what was paid here is subtracted here."""
    return Document.payable_minor  # type: ignore[return-value]


def closed_kinds(who: Principal) -> list[Kind]:
    """Return the kinds that a statement is made of and that are not released to the reader."""
    released = released_kinds(who)
    return [kind for kind in KINDS.values() if kind not in released]


def balances(who: Principal, customer_id: str, period: Period) -> list[Balance]:
    """Return what was owed before the period and what changed in it, by currency; one SELECT."""
    parts = [
        _summed(rows, source, period) for source, rows in _sources(who, customer_id, period.until)
    ]
    moved = [
        (row[0], Source(row[1]), int(row[2]), int(row[3]), int(row[4]))
        for row in session().execute(union_all(*parts))
    ]
    return rules.balances(moved)


def entries(
    who: Principal,
    customer_id: str,
    period: Period,
    place: Place | None,
    *,
    back: bool,
    limit: int,
) -> list[Entry]:
    """Return at most `limit` entries of the period beyond a keyset `place`, the oldest first."""
    beyond = tuple_(Document.listed_on, Document.id)
    parts = []
    for source, rows in _sources(who, customer_id, period.until):
        part = _entries(rows, source).where(Document.listed_on >= period.since)
        if place is not None:
            part = part.where(beyond < place if back else beyond > place)
        columns = (Document.listed_on, Document.id)
        steps = [column.desc() if back else column.asc() for column in columns]
        parts.append(select(part.order_by(*steps).limit(limit).subquery()))
    every = union_all(*parts).subquery()
    order = [one.desc() if back else one.asc() for one in (every.c.day, every.c.id)]
    found = session().execute(select(every).order_by(*order).limit(limit))
    lines = [
        Entry(
            row.id, Source(row.source), row.number, row.day, row.due, row.currency, int(row.minor)
        )
        for row in found
    ]
    return lines[::-1] if back else lines


def due_days(who: Principal, customer_id: str) -> list[OpenItem]:
    """Return what is open at present, added up by currency and due date; for the ageing."""
    rows = (
        _open(who, customer_id)
        .with_only_columns(
            Document.currency, Document.due_date, func.sum(open_minor()), func.count()
        )
        .group_by(Document.currency, Document.due_date)
    )
    return [OpenItem(row[0] or "", row[1], int(row[2]), row[3]) for row in session().execute(rows)]


def open_items(who: Principal, customer_id: str, limit: int) -> list[OpenItem]:
    """Return at most `limit` open invoices, those due first before the others; one SELECT."""
    rows = _open(who, customer_id).with_only_columns(
        Document.id, Document.number, Document.due_date, Document.currency, open_minor().label("m")
    )
    # By themselves: the databases do not agree on where what has no date stands in an index.
    dated = rows.where(Document.due_date.is_not(None)).order_by(Document.due_date, Document.id)
    undated = rows.where(Document.due_date.is_(None)).order_by(Document.id)
    parts = [
        select(part.add_columns(literal(place).label("place")).limit(limit).subquery())
        for place, part in enumerate((dated, undated))
    ]
    every = union_all(*parts).subquery()
    order = (every.c.place, every.c.due_date, every.c.id)
    found = session().execute(select(every).order_by(*order).limit(limit))
    return [
        OpenItem(row.currency, row.due_date, int(row.m), 1, row.number, row.id) for row in found
    ]


def statement(who: Principal, customer_id: str, period: Period, today: date) -> Statement | None:
    """Return the whole statement for a file; None where it has more than `rules.MOST` lines."""
    limit = rules.MOST + 1
    lines = entries(who, customer_id, period, None, back=False, limit=limit)
    items = open_items(who, customer_id, limit)
    if len(lines) > rules.MOST or len(items) > rules.MOST:
        return None
    accounts = balances(who, customer_id, period)
    return Statement(period, today, tuple(accounts), tuple(lines), tuple(items))


def _sources(
    who: Principal, customer_id: str, until: date
) -> list[tuple[Source, Select[Document]]]:
    """Return the documents that move the account up to a day, source by source."""
    rows = documents.visible(who).where(
        Document.customer_id == customer_id,
        Document.state == State.PUBLISHED,
        Document.currency.is_not(None),
        Document.payable_minor.is_not(None),
        Document.listed_on <= until,
    )
    return [(source, rows.where(Document.kind == kind)) for source, kind in KINDS.items()]


def _summed(rows: Select[Document], source: Source, period: Period) -> Select[Any]:
    is_before, amount = Document.listed_on < period.since, Document.payable_minor
    before = func.coalesce(func.sum(case((is_before, amount), else_=0)), 0)
    within = func.coalesce(func.sum(case((is_before, 0), else_=amount)), 0)
    return rows.with_only_columns(
        Document.currency,
        literal(source.value).label("source"),
        before,
        within,
        func.sum(case((is_before, 0), else_=1)),
    ).group_by(Document.currency)


def _entries(rows: Select[Document], source: Source) -> Select[Any]:
    sign = literal_column(str(SIGNS[source]), BigInteger)
    columns: list[Any] = [
        Document.id,
        literal(source.value).label("source"),
        Document.number,
        Document.listed_on.label("day"),
        # Nobody has to pay a credit note by any day.
        (Document.due_date if SIGNS[source] > 0 else cast(None, Date)).label("due"),
        Document.currency,
        (Document.payable_minor * sign).label("minor"),
    ]
    return rows.with_only_columns(*columns)


def _open(who: Principal, customer_id: str) -> Select[Document]:
    return documents.visible(who).where(
        Document.customer_id == customer_id,
        Document.state == State.PUBLISHED,
        Document.kind == Kind.INVOICE,
        # Written out: SQLite takes an index of some rows only for what it can read.
        open_minor() > literal_column("0"),
        Document.currency.is_not(None),
    )
