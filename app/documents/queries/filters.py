"""What a list of documents is narrowed to, and the conditions that say so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, literal_column, select

from app.access.principal import Principal
from app.documents.models import Document, FileWord
from app.documents.queries.documents import released_kinds
from app.documents.rules.kinds import KINDS, Kind
from app.documents.rules.life import CURRENT, State
from app.documents.rules.listing import Sort

PAYABLE = tuple(kind for kind, traits in KINDS.items() if traits.is_payable)
AFTER_ALL = "\U0010ffff"
"""Behind the last text that begins in some way."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means not narrowed. Amounts are in minor units."""

    kind: Kind | None = None
    state: State | None = None
    customer_id: str | None = None
    since: date | None = None
    until: date | None = None
    due_since: date | None = None
    due_until: date | None = None
    is_overdue: bool = False
    """Only what is still to be paid; the days are said by `due_until`."""
    amount_from: int | None = None
    amount_to: int | None = None
    currency: str | None = None
    order_number: str = ""
    file_words: tuple[str, ...] = ()
    search: str = ""
    """The beginning of a number; and of an order number, where it `means_order`."""
    means_order: bool = False
    named_customers: tuple[str, ...] = ()
    """Customers whose name begins with `search`."""
    searched_amount: int | None = None
    searched_day: date | None = None
    searched_words: tuple[str, ...] = ()

    @property
    def is_gathered(self) -> bool:
        """Whether the list is gathered from short lists: of a search, an order, a file's name."""
        return bool(self.search or self.order_number or self.file_words)

    def has_range(self, sort: Sort) -> bool:
        """Say whether a range of the column of an order is asked for."""
        ranges = {
            Sort.DATE: (self.since, self.until),
            Sort.DUE: (self.due_since, self.due_until),
            Sort.AMOUNT: (self.amount_from, self.amount_to),
        }
        return any(end is not None for end in ranges.get(sort, ()))


def states(who: Principal, filters: Filters) -> list[State]:
    """Return the states that a list shows; only what is published can be overdue."""
    if filters.state is not None:
        return [filters.state]
    return sorted(CURRENT) if who.is_staff and not filters.is_overdue else [State.PUBLISHED]


def kinds(who: Principal, filters: Filters) -> list[Kind]:
    """Return the kinds that a list shows; none where nothing of it is released to the reader."""
    wanted = (filters.kind,) if filters.kind else PAYABLE if filters.is_overdue else tuple(Kind)
    return [kind for kind in released_kinds(who) if kind in wanted]


def equal(who: Principal, filters: Filters) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on kind, state and customer, in the words of the indexes of days."""
    wanted = states(who, filters)
    if len(wanted) == 1:
        yield Document.state == wanted[0]
    else:
        yield Document.is_current.is_(True)
    if filters.kind is not None or filters.is_overdue:
        yield Document.kind == kinds(who, filters)[0]
    if filters.customer_id is not None:
        yield Document.customer_id == filters.customer_id


def within(filters: Filters, sort: Sort) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of the range in the column of an order."""
    if sort is Sort.DATE:
        if filters.since is not None:
            yield Document.listed_on >= filters.since
        if filters.until is not None:
            yield Document.listed_on <= filters.until
    elif sort is Sort.DUE:
        if filters.due_since is not None:
            yield Document.due_date >= filters.due_since
        if filters.due_until is not None:
            yield Document.due_date <= filters.due_until
    elif sort is Sort.AMOUNT:
        if filters.amount_from is not None:
            yield Document.total_minor >= filters.amount_from
        if filters.amount_to is not None:
            yield Document.total_minor <= filters.amount_to


def beyond_index(filters: Filters, sort: Sort) -> Iterator[ColumnElement[bool]]:
    """Yield what no index of an order knows: other ranges, the currency, what is still to be paid."""
    for other in Sort:
        if other is not sort:
            yield from within(filters, other)
    if filters.currency is not None:
        yield Document.currency == filters.currency
    if filters.is_overdue:
        yield Document.open_minor > literal_column("0")
        yield Document.kind.in_(PAYABLE)
        yield Document.state == State.PUBLISHED
    if filters.order_number:
        begin = filters.order_number.lower()
        yield Document.order_sort >= begin
        yield Document.order_sort < begin + AFTER_ALL
    for word in filters.file_words:
        yield has_word(word)


def has_word(word: str) -> ColumnElement[bool]:
    """Return the condition that some file's name has a word that begins with `word`."""
    found = select(FileWord.word).where(
        FileWord.document_id == Document.id,
        FileWord.word >= word,
        FileWord.word < word + AFTER_ALL,
    )
    return found.exists()
