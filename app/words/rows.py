"""Rows of the list of documents, every word of them ready: a macro per cell would cost half the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import url_for

from app.access.principal import principal
from app.core import ids, languages, text
from app.core.languages import gettext as _
from app.core.money import Money
from app.documents.models import Document
from app.words.sentences import listed_amount
from app.words.states import MARKS, NO_MARK, listed_state

Place = tuple[str, str | None]
"""Language and region: what the writing of days and amounts depends on."""


@dataclass(frozen=True, slots=True)
class Row:
    """One document as the list shows it; days come as ISO 8601 too, for machines."""

    id: str
    url: str
    number: str
    title: str
    version: str
    """Empty for the first one."""
    party: str
    """The customer for staff, the sender for customers."""
    whose: str
    """The customer, for who sees the documents of several (PY-23); else empty."""
    day: str
    day_iso: str
    due: str
    due_iso: str
    tone: str
    mark: str
    word: str
    detail: str
    testid: str
    """Of the state."""
    amount: str


def rows(documents: Iterable[Document], is_staff: bool) -> list[Row]:
    """Return what the list shows of each document, in the language spoken now."""
    place = languages.place()
    start = url_for("desk.document", document_id="0" * ids.LENGTH)[: -ids.LENGTH]
    return [_row(one, is_staff, place, start) for one in documents]


def _row(one: Document, is_staff: bool, place: Place, start: str) -> Row:
    shown = one.issue_date or one.listed_on
    tone, word, detail, testid = listed_state(one, is_staff)
    amount = listed_amount(one, is_staff)
    return Row(
        id=one.id,
        url=start + one.id,
        number=one.number,
        title=f"{_(one.kind.label)} {one.number}",
        version=_("version %(number)s", number=one.version) if one.version > 1 else "",
        whose=principal().whose(one.customer_id) or "",
        party=one.buyer_name if is_staff else one.seller_name,
        day=_day(shown, place),
        day_iso=shown.isoformat(),
        due=_day(one.due_date, place) if one.due_date else "",
        due_iso=one.due_date.isoformat() if one.due_date else "",
        tone=tone,
        mark=MARKS.get(tone, NO_MARK),
        word=word,
        detail=detail,
        testid=testid,
        amount=_money(amount, place) if amount else "",
    )


@lru_cache(maxsize=4096)
def _day(value: date, _place: Place) -> str:
    return text.day(value)


@lru_cache(maxsize=4096)
def _money(value: Money, _place: Place) -> str:
    return text.money(value)
