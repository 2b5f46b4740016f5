"""What an export is, what stands in its columns, and how text is kept from acting as a formula."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.core.languages import N_


class Format(StrEnum):
    """What kind of file is made; the value is its ending."""

    CSV = "csv"
    XLSX = "xlsx"


class State(StrEnum):
    """How far an export has come."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


FORMAT_NAMES: Final = {
    Format.CSV: N_("CSV, for any program"),
    Format.XLSX: N_("XLSX, for spreadsheets"),
}
MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

AT_ONCE: Final = 1_000
"""Rows up to which an export is made while one waits for the page."""
CHUNK: Final = 1_000
"""Rows that a job reads in one transaction."""
MOST_ROWS: Final = 500_000
"""Rows of one file: more are made for longer than a job may take, and read by nobody."""
MOST_AT_ONCE: Final = 2
"""Exports of one person that may be under way."""
KEPT: Final = timedelta(days=7)


class Column(StrEnum):
    """What a row says, in order."""

    KIND = "kind"
    NUMBER = "number"
    VERSION = "version"
    PARTY = "party"
    DATE = "date"
    DUE = "due"
    STATE = "state"
    CURRENCY = "currency"
    TOTAL = "total"
    PAYABLE = "payable"
    ORDER = "order"


TITLES: Final = {
    Column.KIND: N_("Kind"),
    Column.NUMBER: N_("Number"),
    Column.VERSION: N_("Version"),
    Column.PARTY: N_("Customer"),
    Column.DATE: N_("Date"),
    Column.DUE: N_("Due date"),
    Column.STATE: N_("State"),
    Column.CURRENCY: N_("Currency"),
    Column.TOTAL: N_("Total, VAT included"),
    Column.PAYABLE: N_("To be paid"),
    Column.ORDER: N_("Order number"),
}
"""Column → title as a msgid. What a customer takes along names the sender instead."""
FOR_CUSTOMERS: Final = {Column.PARTY: N_("From")}

WIDTHS: Final = {
    Column.KIND: 18,
    Column.NUMBER: 20,
    Column.VERSION: 9,
    Column.PARTY: 32,
    Column.DATE: 12,
    Column.DUE: 12,
    Column.STATE: 14,
    Column.CURRENCY: 10,
    Column.TOTAL: 18,
    Column.PAYABLE: 18,
    Column.ORDER: 20,
}
"""Characters that a column of a worksheet shows."""

Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers are written in a text file: what parts the columns, what parts the decimals."""

    separator: str
    decimal_sign: str


def style(language: str, decimal_sign: str) -> Style:
    """Return how a reader's spreadsheet expects a text file: commas only where English is spoken.

    Excel takes its separator from the country; where decimals may be commas it is a semicolon.
    """
    return Style("," if language == "en" and decimal_sign == "." else ";", decimal_sign)
