"""One organisation with any number of documents and customers, written straight into the database.

The same number gives the same rows on both databases. Kinds, states, customers and days are spread
as in a real house: nine in ten published, seven in ten invoices, one customer with a tenth of all.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Index, Table, func, select
from sqlalchemy.engine import make_url

from app.core.db import Base, sqlite_module
from app.core.db import session as open_session
from app.core.runtime import Runtime
from app.documents.models import Content, Document, File, FileWord
from app.documents.rules.kinds import Kind
from app.documents.rules.life import CURRENT, WAITS_FOR_EVER, State
from app.organisations.models import Customer
from app.organisations.rules import MemberRole
from tests import cast, factories

FIRST_DAY = date(2017, 1, 1)
DAYS = 3500
KINDS = [Kind.INVOICE] * 14 + [Kind.REMINDER] * 2 + [Kind.QUOTE, Kind.CREDIT_NOTE]
KINDS += [Kind.DELIVERY_NOTE, Kind.ORDER_CONFIRMATION]
STATES = [State.PUBLISHED] * 90 + [State.SUPERSEDED] * 5 + [State.WITHDRAWN] * 2
STATES += [State.HELD, State.READY, State.DISCARDED]
SURNAMES = (
    "Amsler",
    "Brunner",
    "Diaz",
    "Egli",
    "Fischer",
    "Gerber",
    "Huber",
    "Keller",
    "Moser",
    "Peter",
)
SHARE = 10
"""Every tenth document is of the first customer."""
PER_CUSTOMER = 50
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
STORED = random.Random(7).randbytes(8_700)
"""A stored file as large as a peer's invoice PDF; gzip cannot shorten it."""


@dataclass(frozen=True)
class Stock:
    """What stands in the database, and where to look."""

    documents: int
    staff: str
    """Token of a session of staff."""
    contact: str
    """Token of a session of the first customer's contact."""
    organisation_id: str
    customer_id: str
    customer_name: str
    number: str
    document_id: str
    file_id: str
    deep: str
    """Keyset cursor of page 1,000, or of the last tenth where there are fewer pages."""
    day: date


def build(here: Runtime, documents: int) -> Stock:
    """Write `documents` documents and their customers; returns where to look."""
    with here.database.transaction():
        house = cast.found("bench", "House of Numbers")
        staff = cast.member(house, "Sara Staff", MemberRole.STAFF)
        first = cast.customer(house, "K-0", "Aaronson Holding", "k0@kunden.example")
        person = cast.contact(first, "Ruth Aaronson")
        sample = factories.invoice_for(first, "SAMPLE-1")
        content = open_session().get_one(Content, sample.id).einvoice
        sha256 = here.storage.put(house.id, STORED)
        organisation_id, customer_id = house.id, first.id
    size = max(20, documents // PER_CUSTOMER)
    many = documents >= 10_000
    with _bulk(here, (Customer, Document, FileWord), without_indexes=many) as bulk:
        bulk.insert(Customer, _customers(organisation_id, size))
        rows = _documents(organisation_id, customer_id, size, documents)
        bulk.insert(Document, rows)
        bulk.insert(FileWord, _words(organisation_id, documents))
    middle = _id("d", documents // 2)
    with here.database.transaction() as session:
        session.get_one(Document, middle).state = State.PUBLISHED
        session.get_one(Document, middle).is_current = True
        session.add(
            Content(document_id=middle, syntax="ubl_invoice", einvoice=content, findings=[])
        )
        file = File(
            id=_id("f", 1),
            organisation_id=organisation_id,
            document_id=middle,
            position=0,
            role="original",
            name="invoice.pdf",
            media_type="application/pdf",
            size=len(STORED),
            sha256=sha256,
        )
        session.add(file)
    with here.database.transaction() as session:
        place = select(Document.listed_on, Document.id).where(Document.is_current.is_(True))
        place = place.order_by(Document.listed_on.desc(), Document.id.desc())
        deep = session.execute(place.offset(min(25_000, documents * 9 // 10)).limit(1)).one()
        one = session.get_one(Document, middle)
        return Stock(
            documents=documents,
            staff=cast.sign_in(staff),
            contact=cast.sign_in(person),
            organisation_id=organisation_id,
            customer_id=customer_id,
            customer_name=session.scalar(select(func.max(Customer.name))) or "",
            number=one.number,
            document_id=middle,
            file_id=file.id,
            deep=f"{deep.listed_on}~{deep.id}",
            day=one.listed_on,
        )


def _id(letter: str, number: int) -> str:
    return f"{letter}{number:025d}"


def _customers(organisation_id: str, size: int) -> Iterator[dict[str, Any]]:
    for number in range(1, size):
        name = f"{SURNAMES[number % len(SURNAMES)]} {number:06d}"
        yield {
            "id": _id("c", number),
            "organisation_id": organisation_id,
            "number": f"K-{number}",
            "kind": "private",
            "name": name,
            "name_sort": name.lower(),
            "email": f"k{number}@kunden.example",
            "street": "Seestrasse 12",
            "postcode": "8002",
            "city": "Zürich",
            "country": "CH",
            "created_at": CREATED,
        }


def _documents(
    organisation_id: str, first_customer: str, customers: int, size: int
) -> Iterator[dict[str, Any]]:
    chance = random.Random(size)
    for number in range(size):
        day = FIRST_DAY + timedelta(days=number * DAYS // size)
        state = STATES[int(chance.random() * 100)]
        kind = KINDS[int(chance.random() * 20)]
        buyer = 0 if number % SHARE == 0 else 1 + int(chance.random() * (customers - 1))
        amount = 1_000 + int(chance.random() * 500_000)
        name = "Aaronson Holding"
        yield {
            "id": _id("d", number),
            "organisation_id": organisation_id,
            "customer_id": _id("c", buyer) if buyer else first_customer,
            "kind": kind.value,
            "state": state.value,
            "is_current": state in CURRENT,
            "lineage_id": _id("d", number),
            "lineage_key": f"{number:064x}",
            "version": 1,
            "number": f"R-{day.year}-{number:07d}",
            "number_sort": f"r-{day.year}-{number:07d}",
            "order_number": f"PO-{number:07d}",
            "order_sort": f"po-{number:07d}",
            "issue_date": day,
            "listed_on": day,
            # Some documents are due on no day, and some state no amount.
            "due_date": None if number % 7 == 0 else day + timedelta(days=30),
            "currency": "CHF",
            "total_minor": None if kind is Kind.DELIVERY_NOTE else amount,
            "payable_minor": amount if kind is Kind.INVOICE and number % 20 == 0 else 0,
            "open_minor": amount if kind is Kind.INVOICE and number % 20 == 0 else None,
            "seller_name": "House of Numbers",
            "buyer_name": f"{SURNAMES[buyer % len(SURNAMES)]} {buyer:06d}" if buyer else name,
            "original": f"{number:064x}",
            "created_at": CREATED,
            "published_at": CREATED,
            "open_until": WAITS_FOR_EVER if number % 500 == 0 else day + timedelta(days=30),
        }


def _words(organisation_id: str, documents: int) -> Iterator[dict[str, Any]]:
    for number in range(0, documents, SHARE):
        yield {
            "document_id": _id("d", number),
            "word": "rechnung" if number % 3 else "beilage",
            "organisation_id": organisation_id,
            "customer_id": None,
        }


class _bulk:  # noqa: N801 - used as a word: `with _bulk(...)`
    """Fast insertion by the driver itself, without checks and, for many rows, without indexes."""

    def __init__(
        self, here: Runtime, tables: Iterable[type[Base]], *, without_indexes: bool
    ) -> None:
        self.engine = here.database.engine
        found = [table.__table__ for table in tables] if without_indexes else []
        self.indexes: list[Index] = [
            index for table in found if isinstance(table, Table) for index in table.indexes
        ]

    def __enter__(self) -> "_bulk":
        with self.engine.begin() as connection:
            for index in self.indexes:
                index.drop(connection)
        return self

    def __exit__(self, *_error: object) -> None:
        with self.engine.begin() as connection:
            for index in self.indexes:
                index.create(connection)
        if self.engine.dialect.name == "postgresql":
            with self.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")

    def insert(self, table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
        """Write all rows; they have the same keys."""
        first = next(rows)
        columns = list(first)
        values = ([_plain(row[name]) for name in columns] for row in _with(first, rows))
        if self.engine.dialect.name == "sqlite":
            self._into_sqlite(table.__tablename__, columns, values)
        else:
            self._into_postgresql(table.__tablename__, columns, values)

    def _into_sqlite(self, table: str, columns: list[str], values: Iterator[list[Any]]) -> None:
        module: Any = sqlite_module()
        marks = ",".join("?" * len(columns))
        with closing(module.connect(self.engine.url.database)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            line = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})"
            connection.executemany(line, values)
            connection.commit()

    def _into_postgresql(self, table: str, columns: list[str], values: Iterator[list[Any]]) -> None:
        url = make_url(str(self.engine.url.render_as_string(hide_password=False)))
        options = {"host": url.query["host"], "user": url.username, "dbname": url.database}
        with psycopg.connect(**options) as connection, connection.cursor() as cursor:  # type: ignore[arg-type]
            cursor.execute("SET session_replication_role = replica")
            with cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)


def _with(first: dict[str, Any], rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rows


def _plain(value: Any) -> Any:
    """Write days and moments as SQLAlchemy does in SQLite; PostgreSQL reads that too."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
