"""Where the entries of an account come from, and what is open. All are read from indexes.

Invoices charge, credit notes and payments credit; what is open of an invoice is known by itself.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
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
from app.payments import queries as payments
from app.payments.models import Payment, PaymentPart
from app.payments.rules import State as PaymentState
from app.statements import rules
from app.statements.rules import SIGNS, Balance, Entry, OpenItem, Period, Source, Statement

KINDS = {Source.INVOICE: Kind.INVOICE, Source.CREDIT_NOTE: Kind.CREDIT_NOTE}
"""Sources that are kinds of documents; a reminder only repeats a debt, others open none."""

Place = tuple[date, str]
"""Day and id of an entry."""


@dataclass(frozen=True, slots=True)
class _Moves:
    """Rows that move the account, and where each says what an entry needs."""

    source: Source
    rows: Select[Any]
    id: Any
    document_id: Any
    number: Any
    day: Any
    due: Any
    currency: Any
    minor: Any
    """As the document says it, or as it came: without a sign of ours."""


def closed_kinds(who: Principal) -> list[Kind]:
    """Return the kinds that a statement is made of and that are not released to the reader."""
    released = released_kinds(who)
    return [kind for kind in KINDS.values() if kind not in released]


def balances(who: Principal, customer_id: str, period: Period) -> list[Balance]:
    """Return what was owed before the period and what changed in it, by currency; one SELECT."""
    parts = [_summed(one, period) for one in _sources(who, customer_id, period.until)]
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
    parts = []
    for one in _sources(who, customer_id, period.until):
        part = _entries(one).where(one.day >= period.since)
        if place is not None:
            beyond = tuple_(one.day, one.id)
            part = part.where(beyond < place if back else beyond > place)
        steps = [column.desc() if back else column.asc() for column in (one.day, one.id)]
        parts.append(select(part.order_by(*steps).limit(limit).subquery()))
    every = union_all(*parts).subquery()
    order = [one.desc() if back else one.asc() for one in (every.c.day, every.c.id)]
    found = session().execute(select(every).order_by(*order).limit(limit))
    lines = [
        Entry(
            row.id,
            Source(row.source),
            row.number or "",
            row.day,
            row.due,
            row.currency,
            int(row.minor),
            row.document_id,
        )
        for row in found
    ]
    return lines[::-1] if back else lines


def due_days(who: Principal, customer_id: str) -> list[OpenItem]:
    """Return what is open at present, added up by currency and due date; for the ageing."""
    rows = (
        _open(who, customer_id)
        .with_only_columns(
            Document.currency, Document.due_date, func.sum(Document.open_minor), func.count()
        )
        .group_by(Document.currency, Document.due_date)
    )
    return [
        OpenItem(row[0] or "", row[1], int(row[2] or 0), row[3]) for row in session().execute(rows)
    ]


def open_items(who: Principal, customer_id: str, limit: int) -> list[OpenItem]:
    """Return at most `limit` open invoices, those due first before the others; one SELECT."""
    rows = _open(who, customer_id).with_only_columns(
        Document.id,
        Document.number,
        Document.due_date,
        Document.currency,
        Document.open_minor.label("m"),
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


def _sources(who: Principal, customer_id: str, until: date) -> list[_Moves]:
    """Return what moves the account up to a day, source by source."""
    rows = documents.visible(who).where(
        Document.customer_id == customer_id,
        Document.state == State.PUBLISHED,
        Document.currency.is_not(None),
        Document.payable_minor.is_not(None),
        Document.listed_on <= until,
    )
    of_documents = [_of_kind(rows, source, kind) for source, kind in KINDS.items()]
    # Who sees no invoices is told of no payments either: they name them.
    is_told = Kind.INVOICE in released_kinds(who)
    return [*of_documents, _payments(who, customer_id, until)] if is_told else of_documents


def _of_kind(rows: Select[Document], source: Source, kind: Kind) -> _Moves:
    return _Moves(
        source=source,
        rows=rows.where(Document.kind == kind),
        id=Document.id,
        document_id=Document.id,
        number=Document.number,
        day=Document.listed_on,
        # Nobody has to pay a credit note by any day.
        due=Document.due_date if SIGNS[source] > 0 else cast(None, Date),
        currency=Document.currency,
        minor=Document.payable_minor,
    )


def _payments(who: Principal, customer_id: str, until: date) -> _Moves:
    """Return the money that came, each payment once; it names the first invoice that it was for."""
    part = (
        select(PaymentPart.document_id)
        .where(PaymentPart.payment_id == Payment.id)
        .order_by(PaymentPart.position)
        .limit(1)
        .correlate(Payment)
        .scalar_subquery()
    )
    of_first = select(Document.number).where(Document.id == part)
    rows = payments.visible(who).where(
        Payment.customer_id == customer_id,
        Payment.state == PaymentState.PAID,
        Payment.received_on <= until,
    )
    return _Moves(
        source=Source.PAYMENT,
        rows=rows,
        id=Payment.id,
        document_id=part,
        number=of_first.correlate(Payment).scalar_subquery(),
        day=Payment.received_on,
        due=cast(None, Date),
        currency=Payment.currency,
        minor=Payment.received_minor,
    )


def _summed(one: _Moves, period: Period) -> Select[Any]:
    is_before, amount = one.day < period.since, one.minor
    before = func.coalesce(func.sum(case((is_before, amount), else_=0)), 0)
    within = func.coalesce(func.sum(case((is_before, 0), else_=amount)), 0)
    return one.rows.with_only_columns(
        one.currency,
        literal(one.source.value).label("source"),
        before,
        within,
        func.sum(case((is_before, 0), else_=1)),
    ).group_by(one.currency)


def _entries(one: _Moves) -> Select[Any]:
    sign = literal_column(str(SIGNS[one.source]), BigInteger)
    columns: list[Any] = [
        one.id.label("id"),
        literal(one.source.value).label("source"),
        one.number.label("number"),
        one.day.label("day"),
        one.due.label("due"),
        one.currency.label("currency"),
        (one.minor * sign).label("minor"),
        one.document_id.label("document_id"),
    ]
    return one.rows.with_only_columns(*columns)


def _open(who: Principal, customer_id: str) -> Select[Document]:
    return documents.visible(who).where(
        Document.customer_id == customer_id,
        Document.state == State.PUBLISHED,
        Document.kind == Kind.INVOICE,
        # Written out: SQLite takes an index of some rows only for what it can read.
        Document.open_minor > literal_column("0"),
        Document.currency.is_not(None),
    )
