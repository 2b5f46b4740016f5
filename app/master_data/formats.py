"""Changes for the books: CSV (RFC 4180) in UTF-8, with names of columns that a program can rely on."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Final

from app.core.text import harmless
from app.master_data.queries import Proposed

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
COLUMNS: Final = (
    "customer_number",
    "field",
    "before",
    "after",
    "proposed_by",
    "decided_by",
    "decided_at",
    "change",
)
_PHONE: Final = re.compile(r"\+\d{4,15}")


def written(changes: Iterable[Proposed]) -> bytes:
    """Return a batch as a file, one line for each change; moments are ISO 8601 in UTC."""
    file = StringIO()
    lines = csv.writer(file, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for one in changes:
        change = one.change
        lines.writerow(
            [
                _cell(one.customer.number),
                change.field.value,
                _cell(change.before),
                _cell(change.after),
                _cell(one.proposal.by_name),
                _cell(change.decided_by),
                change.decided_at.isoformat() if change.decided_at else "",
                change.id,
            ]
        )
    return file.getvalue().encode("utf-8-sig")


def _cell(value: str) -> str:
    """Return a text that no spreadsheet runs; a telephone number begins with + and stays whole."""
    return value if _PHONE.fullmatch(value) else harmless(value)
