"""One cell, read: days, amounts, kinds, currencies as people of four countries write them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.core.errors import Invalid
from app.core.languages import N_
from app.core.money import exponent
from app.documents.rules.kinds import Kind, kind_of
from app.intake.rules import fields
from app.intake.rules.cells import Cell, shown


class DateOrder(StrEnum):
    """What stands first in a date like 03/11/2026."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class DecimalSign(StrEnum):
    """What stands before the cents."""

    POINT = "point"
    COMMA = "comma"


DATE_ORDERS: Final[dict[DateOrder, str]] = {
    DateOrder.DAY_FIRST: N_("Day first: 03/11 is 3 November"),
    DateOrder.MONTH_FIRST: N_("Month first: 03/11 is 11 March"),
}
DECIMAL_SIGNS: Final[dict[DecimalSign, str]] = {
    DecimalSign.POINT: N_("Point: 1'284.50 or 1,284.50"),
    DecimalSign.COMMA: N_("Comma: 1.284,50 or 1 284,50"),
}

EPOCH: Final = date(1899, 12, 30)
"""Day 0 of spreadsheets, as it works out from March 1900 on."""
SERIALS: Final = range(20_000, 80_000)
"""Numbers that are read as days: 1954 to 2119."""
YEARS: Final = range(1990, 2101)
LARGEST: Final = Decimal(10) ** 12

_SPACES: Final = r"\s\u00a0\u202f\u2009'’`"
_SIGN: Final = r"(?P<sign>[A-Za-z]{3}|SFr\.|Fr\.?|kr\.?|[€$£])"
_BARE: Final = r"(?P<bare>[^A-Za-z€$£]*)"
_MANY: Final = frozenset({"$", "KR"})
"""Signs of several currencies."""


def day(cell: Cell, order: DateOrder) -> date:
    """Return the day a cell means; raises `Invalid`.

    ISO 8601, 3.11.2026, 03/11/2026 and 03-11-26 in the `order` chosen (points: always day first),
    with or without a time behind it; or the number that a spreadsheet counts days with.
    """
    if isinstance(cell, date):
        return _plausible(cell)
    text = shown(cell).strip()
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        serial = int(Decimal(text))
        if serial not in SERIALS:
            raise Invalid("no day")
        return EPOCH + timedelta(days=serial)
    text = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[AaPp][Mm])?$", "", text).strip()
    return _plausible(_written(text, order))


def _written(text: str, order: DateOrder) -> date:
    compact = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    iso = compact or re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    other = re.fullmatch(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d\d)", text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if not other:
            raise Invalid("no day")
        first, second, year = int(other[1]), int(other[3]), int(other[4])
        year += 2000 if len(other[4]) == 2 else 0
        if order is DateOrder.MONTH_FIRST and other[2] != ".":
            first, second = second, first
        return date(year, second, first)
    except ValueError as error:
        raise Invalid("no day") from error


def _plausible(found: date) -> date:
    if found.year not in YEARS:
        raise Invalid("no day of a document")
    return found


def amount(cell: Cell, sign: DecimalSign) -> Decimal:
    """Return the amount a cell means, in major units; raises `Invalid`.

    1'284.50, 1,284.50 with a point before the cents; 1.284,50, 1 284,50 with a comma. A currency
    before or behind is left out; a minus may stand on either side.
    """
    if isinstance(cell, Decimal):
        return _sized(cell)
    _currency, text = _divided(shown(cell))
    text = text.replace("−", "-").replace("–", "-")
    text = re.sub(r"[.,]-{1,2}$", "", text)  # 120.– and 120.--
    if text.endswith("-"):
        text = f"-{text[:-1]}"
    decimal, group = (".", ",") if sign is DecimalSign.POINT else (",", r"\.")
    grouped = rf"[+-]?[{_SPACES}]*\d{{1,3}}(?P<group>[{_SPACES}{group}])\d{{3}}((?P=group)\d{{3}})*"
    pattern = rf"({grouped}|[+-]?[{_SPACES}]*\d+)({re.escape(decimal)}\d{{1,4}})?"
    if not re.fullmatch(pattern, text):
        raise Invalid("no amount")
    plain = re.sub(rf"[{_SPACES}{group}]", "", text).replace(decimal, ".")
    return _sized(Decimal(plain))


def written_currency(cell: Cell) -> str | None:
    """Return the currency that stands beside an amount; None where none does, or a sign of many.

    Raises `Invalid` for letters that are no currency.
    """
    return _divided(shown(cell))[0]


def _divided(text: str) -> tuple[str | None, str]:
    """Return the currency before or behind an amount, if any, and the rest."""
    text = text.strip()
    found = re.fullmatch(f"{_SIGN}?{_BARE}", text) or re.fullmatch(f"{_BARE}{_SIGN}", text)
    if found is None:
        raise Invalid("no amount")
    sign = found["sign"] or ""
    is_one = sign and sign.upper().rstrip(".") not in _MANY
    return (currency(sign) if is_one else None), found["bare"].strip()


def _sized(found: Decimal) -> Decimal:
    if abs(found) >= LARGEST:
        raise Invalid("larger than any real amount")
    return found


def kind(cell: Cell) -> Kind:
    """Return the kind a cell means, by word or by type code (UNTDID 1001); raises `Invalid`."""
    text = shown(cell)
    found = fields.kind_named(text) or kind_of(text)
    if found is None:
        raise Invalid("no kind")
    return found


def currency(cell: Cell) -> str:
    """Return an ISO 4217 code with at most two decimals; raises `Invalid`."""
    signs = {"€": "EUR", "£": "GBP", "SFR": "CHF", "FR": "CHF"}
    text = shown(cell).strip().rstrip(".").upper()
    code = signs.get(text, text)
    if exponent(code) > 2:
        raise Invalid("EN 16931 knows two decimals")
    return code


def likely_order(cells: Iterable[Cell]) -> DateOrder:
    """Return which order the dates of a column are written in; day first where nothing tells."""
    for cell in cells:
        found = re.match(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}", shown(cell))
        if found and int(found[2]) > 12:
            return DateOrder.MONTH_FIRST
        if found and int(found[1]) > 12:
            break
    return DateOrder.DAY_FIRST


def likely_sign(cells: Iterable[Cell]) -> DecimalSign:
    """Return what stands before the cents in a column; a point where nothing tells."""
    for cell in cells:
        found = re.search(r"([.,])\d{1,2}\D*$", cell) if isinstance(cell, str) else None
        if found:
            return DecimalSign.COMMA if found[1] == "," else DecimalSign.POINT
    return DecimalSign.POINT
