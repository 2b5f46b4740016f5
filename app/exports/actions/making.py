"""Making the file of an export: chunk by chunk, with no transaction open while it is written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from app.access.principal import NOBODY, Principal
from app.core import languages, runtime, text
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.queries import Filters, listing
from app.documents.rules.life import STATE_NAMES
from app.documents.rules.listing import Direction, Order, Sort
from app.documents.rules.plain import from_plain
from app.exports import rules
from app.exports.actions import asking
from app.exports.formats.writing import Sheet, Writer
from app.exports.models import Export
from app.exports.rules import Cell, Format
from app.organisations import queries as organisations

EVERY: Final = 0.5
"""Seconds between two lines about how far it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to make a file once the transaction is closed."""

    export_id: str
    who: Principal
    filters: Filters
    order: Order
    format: Format
    language: str
    country: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Made:
    """A file that lies in the storage: how many rows it has, how many bytes."""

    rows: int
    size: int


def plan(one: Export) -> Plan:
    """Return how an export is to be made: for whom, what, in which language."""
    organisation = organisations.organisation_by_id(one.organisation_id)
    # A contact is looked up anew: what was released when they asked may be closed by now.
    who = (
        Principal(role=one.role, id=one.person_id, organisation_id=one.organisation_id)
        if one.customer_id is None
        else organisations.contact_as_principal(one.organisation_id, one.person_id) or NOBODY
    )
    return Plan(
        one.id,
        who,
        from_plain(Filters, one.filters),
        Order(Sort(one.sort), Direction(one.direction)),
        one.format,
        one.language,
        organisation.country,
        organisation.timezone,
    )


def few(who: Principal, filters: Filters, order: Order) -> list[Document] | None:
    """Return all rows where they are few and quickly found; None where a job must look for them."""
    limit = rules.AT_ONCE + 1
    found = documents.found(who, filters, None, back=False, limit=limit, order=order)
    is_all = found.stopped is None and len(found.rows) <= rules.AT_ONCE
    return found.rows if is_all else None


def make(one: Plan, write: Writer, rows: Iterable[Document] | None = None) -> Made:
    """Have `write` make the file, and store it; slow, and outside of any transaction.

    Without `rows` they are read here, in transactions of their own.
    """
    wanted = _walk(one) if rows is None else rows
    with (
        languages.speaking(one.language, one.country, one.timezone),
        TemporaryDirectory(dir=runtime.current().settings.runtime_dir) as folder,
    ):
        path = Path(folder) / "export"
        cells = (cells_of(row, is_staff=one.who.is_staff) for row in wanted)
        count = write(path, sheet(one.who), cells)
        runtime.current().storage.keep(one.who.organisation_id, one.export_id, path)
        return Made(count, path.stat().st_size)


def sheet(who: Principal) -> Sheet:
    """Return the head of the table in the language spoken now."""
    titles = rules.TITLES if who.is_staff else {**rules.TITLES, **rules.FOR_CUSTOMERS}
    style = rules.style(languages.current(), text.decimal_sign())
    return Sheet(_("Documents"), [(column, _(title)) for column, title in titles.items()], style)


def cells_of(row: Document, *, is_staff: bool) -> Sequence[Cell]:
    """Return what a row says, in the order of the columns, in the language spoken now."""
    return (
        _(row.kind.label),
        row.number,
        row.version,
        row.buyer_name if is_staff else row.seller_name,
        row.issue_date or row.listed_on,
        row.due_date,
        _(STATE_NAMES[row.state]),
        row.currency,
        row.total.amount if row.total else None,
        row.payable.amount if row.payable else None,
        row.order_number,
    )


def _walk(one: Plan) -> Iterator[Document]:
    """Read all rows by keyset, a transaction for each chunk, and tell how far it is."""
    database = runtime.current().database
    with database.reading():
        total = min(listing.count(one.who, one.filters), rules.MOST_ROWS)
    with database.transaction():
        asking.begin(one.export_id, total)
    done, told, place = 0, monotonic(), None
    while done < rules.MOST_ROWS:
        with database.reading():
            found = documents.found(
                one.who,
                one.filters,
                place,
                back=False,
                limit=min(rules.CHUNK, rules.MOST_ROWS - done),
                order=one.order,
                look=None,
            )
        if not found.rows:
            return
        yield from found.rows
        done += len(found.rows)
        place = documents.place_of(found.rows[-1], one.order)
        if monotonic() - told > EVERY:
            told = monotonic()
            with database.transaction():
                asking.go_on(one.export_id, done)
