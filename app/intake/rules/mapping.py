"""Which column means what, and what a row then says: a description, or a sentence per cell."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final, TypeVar

from app.core.errors import Invalid
from app.core.languages import N_
from app.core.money import exponent
from app.documents.rules.buyer import plausible_email
from app.documents.rules.description import Description
from app.documents.rules.kinds import Kind
from app.intake.rules import fields, values
from app.intake.rules.cells import Cell, Row, Table, shown
from app.intake.rules.columns import Columns
from app.intake.rules.fields import Field
from app.intake.rules.said import Reading, Said, Wrong

Value = TypeVar("Value")

NEEDED: Final = (Field.NUMBER, Field.DATE)
"""Fields that only a column can give."""
CUSTOMER: Final = (Field.CUSTOMER_NUMBER, Field.CUSTOMER_NAME, Field.CUSTOMER_EMAIL)
LONGEST: Final = {Field.NUMBER: 100, Field.ORDER: 100, Field.CUSTOMER_NUMBER: 40}
"""Characters; what is longer is not cut but refused."""
LONGEST_OF_OTHERS: Final = 200
DRAFT_LIFE: Final = timedelta(days=7)
"""How long a table waits to be taken in."""


def signature(headings: Iterable[str]) -> str:
    """Return what tables with the same set of headings share, in hexadecimal (SHA-256)."""
    names = sorted({fields.plain(heading) or heading for heading in headings})
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()


def guessed(table: Table, currency: str) -> Columns:
    """Return the columns that a table probably has; `currency` is the house's own (ISO 4217)."""
    found = fields.guess(table.headings)

    def column(*wanted: Field) -> list[Cell]:
        places = [table.headings.index(found[one]) for one in wanted if one in found]
        return [row.cells[place] for row in table.rows for place in places]

    return Columns(
        headings=found,
        kind=None if Field.KIND in found else Kind.INVOICE,
        currency="" if Field.CURRENCY in found else currency,
        date_order=values.likely_order(column(Field.DATE, Field.UNTIL)),
        decimal_sign=values.likely_sign(column(Field.TOTAL)),
    )


def fitting(columns: Columns, headings: Iterable[str]) -> Columns:
    """Return the columns for a table whose headings are written a little otherwise."""
    written = {fields.plain(heading) or heading: heading for heading in headings}
    fits = {
        one: written[fields.plain(heading) or heading]
        for one, heading in columns.headings.items()
        if (fields.plain(heading) or heading) in written
    }
    return replace(columns, headings=fits)


def problems(columns: Columns) -> list[tuple[Field, str]]:
    """Return why no row could be read with these columns, each with its field; msgids."""
    sentence = N_("Choose the column that holds this.")
    found = [(needed, sentence) for needed in NEEDED if needed not in columns.headings]
    if Field.KIND not in columns.headings and columns.kind is None:
        found.append((Field.KIND, N_("Choose a column, or a kind for all rows.")))
    if not any(one in columns.headings for one in CUSTOMER):
        sentence = N_("Choose at least one column that says who the customer is.")
        found.append((Field.CUSTOMER_NUMBER, sentence))
    taken: set[str] = set()
    for one, heading in columns.headings.items():
        if heading in taken and one not in (Field.FILE, Field.NUMBER):
            found.append((one, N_("This column is chosen for something else already.")))
        taken.add(heading)
    return found


def readings(table: Table, columns: Columns) -> list[Reading]:
    """Return what every row says."""
    places = {
        one: table.headings.index(heading)
        for one, heading in columns.headings.items()
        if heading in table.headings
    }
    return [_Reader(row, places, columns).reading() for row in table.rows]


class _Reader:
    """Reads one row and gathers what is wrong with it."""

    def __init__(self, row: Row, places: Mapping[Field, int], columns: Columns) -> None:
        self._row = row
        self._places = places
        self._columns = columns
        self._wrong: list[Wrong] = []

    def reading(self) -> Reading:
        """Return the row's reading."""
        columns = self._columns
        number = self._text(Field.NUMBER)
        if not number:
            self._refuse(Field.NUMBER, N_("The number is missing."))
        kind = self._value(Field.KIND, values.kind, columns.kind, _NO_KIND)
        issued = self._value(
            Field.DATE, lambda one: values.day(one, columns.date_order), None, _NO_DAY
        )
        until = self._value(
            Field.UNTIL, lambda one: values.day(one, columns.date_order), None, _NO_DAY
        )
        total = self._value(
            Field.TOTAL, lambda one: values.amount(one, columns.decimal_sign), None, _NO_AMOUNT
        )
        currency = self._currency(total)
        if kind is None and not self._text(Field.KIND):
            self._refuse(Field.KIND, N_("The kind is missing."))
        if issued is None and not self._cell(Field.DATE):
            self._refuse(Field.DATE, N_("The date is missing."))
        if until is not None and issued is not None and until < issued:
            self._refuse(Field.UNTIL, N_("This day is before the date of the document."))
        self._look_at_amount(kind, total, currency)
        customer = self._customer()
        file = self._text(Field.FILE) or ("" if Field.FILE in self._places else number)
        order = self._text(Field.ORDER)
        if self._wrong or kind is None or issued is None:
            return Reading(self._row, None, tuple(self._wrong), file)
        description = Description(kind, number, issued, until, currency or "", total)
        return Reading(self._row, Said(description, *customer, order, file), (), file)

    def _look_at_amount(
        self, kind: Kind | None, total: Decimal | None, currency: str | None
    ) -> None:
        if total is None:
            if kind is not None and kind.traits.has_total and not self._cell(Field.TOTAL):
                self._refuse(Field.TOTAL, N_("The total is missing."))
        elif currency is None:
            if not self._cell(Field.CURRENCY):
                self._refuse(Field.CURRENCY, N_("The currency is missing."))
        elif total != round(total, exponent(currency)):
            self._refuse(Field.TOTAL, N_("The amount has more decimals than its currency."))

    def _currency(self, total: Decimal | None) -> str | None:
        """Return the row's currency: its own column's, the one beside the amount, the one of all."""
        beside = None
        if total is not None:
            beside = self._value(Field.TOTAL, values.written_currency, None, _NO_AMOUNT)
        otherwise = beside or self._columns.currency or None
        found = self._value(Field.CURRENCY, values.currency, otherwise, _NO_CURRENCY)
        if beside and found and beside != found:
            sentence = N_("The amount is in %(beside)s, the row in %(currency)s.")
            self._refuse(Field.TOTAL, sentence, beside=beside, currency=found)
        return found

    def _customer(self) -> tuple[str, str, str]:
        number, name, email = (self._text(one) for one in CUSTOMER)
        if not (number or name or email):
            field = next((one for one in CUSTOMER if one in self._places), CUSTOMER[0])
            self._refuse(field, N_("The row does not say who the customer is."))
        if email and not plausible_email(email):
            sentence = N_("“%(value)s” is no e-mail address.")
            self._refuse(Field.CUSTOMER_EMAIL, sentence, value=email[:60])
        return number, name, email.lower()

    def _cell(self, one: Field) -> Cell:
        return self._row.cells[self._places[one]] if one in self._places else ""

    def _text(self, one: Field) -> str:
        """Return a cell's text in one line, without what no database keeps."""
        text = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", shown(self._cell(one))).split())
        longest = LONGEST.get(one, LONGEST_OF_OTHERS)
        if len(text) > longest:
            sentence = N_("The text is longer than %(limit)s characters.")
            self._refuse(one, sentence, limit=str(longest))
        return text

    def _value(
        self,
        one: Field,
        read: Callable[[Cell], Value],
        otherwise: Value | None,
        sentence: str,
    ) -> Value | None:
        cell = self._cell(one)
        if not shown(cell):
            return otherwise
        try:
            return read(cell)
        except Invalid:
            self._refuse(one, sentence, value=shown(cell)[:60])
            return None

    def _refuse(self, one: Field, sentence: str, **filled: str) -> None:
        self._wrong.append(Wrong(one, sentence, filled))


_NO_KIND: Final = N_("“%(value)s” is no kind of document that Kontor knows.")
_NO_DAY: Final = N_("“%(value)s” is no date.")
_NO_AMOUNT: Final = N_("“%(value)s” is no amount.")
_NO_CURRENCY: Final = N_("“%(value)s” is no currency. Use a code like CHF or EUR.")
