"""What a search finds: short lists, each read from an index of its own, which an OR would prevent."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, select, union_all

from app.access.principal import Principal
from app.documents.models import Document, FileWord
from app.documents.queries.documents import visible
from app.documents.queries.filters import AFTER_ALL, Filters, equal, has_word, kinds, states
from app.documents.rules.kinds import Kind
from app.documents.rules.life import CURRENT

MOST: Final = 500
"""How many documents one meaning of a search finds at most: it costs the same then, always."""


def gathered(
    who: Principal,
    filters: Filters,
    beyond: ColumnElement[bool],
    order: tuple[Any, ...],
    limit: int,
) -> Select[Document]:
    """Return the documents that a search, an order number or a file's name finds.

    `beyond`, `order` and `limit` cut the lists of customers and days, which may be long, exactly.
    Nothing but the lists names the organisation: so no other index tempts the database.
    """
    parts: list[Select[Document]] = []
    for one in who.each():
        if filters.search:
            parts += [*_searched(one, filters), *_exact(one, filters, beyond, order, limit)]
        elif filters.order_number:
            parts.append(_with_order(one, filters, filters.order_number))
        else:
            parts.append(_with_words(one, filters, filters.file_words))
    ids = [select(part.with_only_columns(Document.id).subquery().c.id) for part in parts]
    found = ids[0] if len(ids) == 1 else union_all(*ids)
    return select(Document).where(Document.id.in_(found), *equal(who, filters))


def _searched(who: Principal, filters: Filters) -> Iterator[Select[Document]]:
    """Yield the lists of what begins like the text, and of amounts and words."""
    yield from _with_number(who, filters)
    if filters.means_order:
        yield _with_order(who, filters, filters.search)
    if filters.searched_amount is not None:
        yield (
            _part(who, filters, states(who, filters), kinds(who, filters))
            .where(Document.total_minor == filters.searched_amount)
            .limit(MOST)
        )
    if filters.searched_words:
        yield _with_words(who, filters, filters.searched_words)


def _exact(
    who: Principal,
    filters: Filters,
    beyond: ColumnElement[bool],
    order: tuple[Any, ...],
    limit: int,
) -> Iterator[Select[Document]]:
    """Yield the lists of customers and of a day, from the indexes of days."""
    rows = visible(who).where(*equal(who, filters), beyond)
    for customer in filters.named_customers:
        yield rows.where(Document.customer_id == customer).order_by(*order).limit(limit)
    if filters.searched_day is not None:
        day = Document.listed_on == filters.searched_day
        yield rows.where(day).order_by(*order).limit(limit)


def _with_number(who: Principal, filters: Filters) -> Iterator[Select[Document]]:
    """Yield lists of those whose number begins as wanted: the highest numbers, if they are many."""
    begin = filters.search.strip().lower()
    starts = and_(Document.number_sort >= begin, Document.number_sort < begin + AFTER_ALL)
    order = Document.number_sort.desc()
    wanted = states(who, filters)
    if (
        who.is_staff
        and not filters.customer_id
        and len(kinds(who, filters)) == len(Kind) > 1 < len(wanted)
    ):
        rows = visible(who).where(Document.is_current.is_(True), starts)
        yield rows.order_by(order).limit(MOST)
        return
    for state, kind in product(wanted, kinds(who, filters)):
        rows = _part(who, filters, [state], [kind])
        yield rows.where(starts).order_by(order).limit(MOST)


def _with_order(who: Principal, filters: Filters, text: str) -> Select[Document]:
    begin = text.strip().lower()
    is_current = all(state in CURRENT for state in states(who, filters))
    rows = visible(who).where(
        Document.is_current.is_(is_current),
        Document.order_sort >= begin,
        Document.order_sort < begin + AFTER_ALL,
    )
    if filters.customer_id is not None:
        rows = rows.where(Document.customer_id == filters.customer_id)
    return rows.order_by(Document.order_sort.desc()).limit(MOST)


def _with_words(who: Principal, filters: Filters, words: tuple[str, ...]) -> Select[Document]:
    """Return the newest of those whose files' names have words that begin in all these ways."""
    first, *others = words
    customer_id = filters.customer_id if who.is_staff else who.customer_id
    named = select(FileWord.document_id).where(
        FileWord.organisation_id == who.organisation_id,
        FileWord.word >= first,
        FileWord.word < first + AFTER_ALL,
    )
    if customer_id is not None:
        named = named.where(FileWord.customer_id == customer_id)
    named = named.order_by(FileWord.word.desc(), FileWord.document_id.desc()).limit(MOST)
    ids = select(named.subquery().c.document_id)
    return visible(who).where(Document.id.in_(ids), *(has_word(word) for word in others))


def _part(
    who: Principal, filters: Filters, wanted: list[Any], of_kinds: list[Kind]
) -> Select[Document]:
    """Return the documents of states and kinds, in the words of the indexes of other orders."""
    rows = visible(who).where(
        Document.state == wanted[0] if len(wanted) == 1 else Document.state.in_(wanted),
        Document.kind == of_kinds[0] if len(of_kinds) == 1 else Document.kind.in_(of_kinds),
    )
    if filters.customer_id is not None:
        rows = rows.where(Document.customer_id == filters.customer_id)
    return rows
