"""A statement as CSV: the balance before, every entry, the balance after, currency by currency."""

import io
from collections.abc import Iterator, Sequence

from app.core import languages, text
from app.core.languages import gettext as _
from app.core.money import Money
from app.exports import rules as exports
from app.exports.formats import text_file
from app.exports.rules import Cell
from app.statements import rules
from app.statements.rules import Statement

MEDIA_TYPE = "text/csv; charset=utf-8"


def written(statement: Statement) -> bytes:
    """Return the file in the language spoken now; what a spreadsheet takes for a formula is disarmed."""
    style = exports.style(languages.current(), text.decimal_sign())
    titles = [
        *(_("Currency"), _("Date"), _("Entry"), _("Number")),
        *(_("Due date"), _("Amount"), _("Balance")),
    ]
    file = io.StringIO(newline="")
    text_file.write_to(file, titles, _rows(statement), style)
    return file.getvalue().encode("utf-8-sig")


def _rows(statement: Statement) -> Iterator[Sequence[Cell]]:
    period = statement.period
    for one in statement.balances:
        currency = one.currency
        opening = Money(one.opening, currency).amount
        yield (currency, period.since, _("Opening balance"), None, None, None, opening)
        entries = (entry for entry in statement.entries if entry.currency == currency)
        for entry, balance in rules.running(one.opening, entries):
            yield (
                currency,
                entry.day,
                _(rules.SOURCE_NAMES[entry.source]),
                entry.number,
                entry.due,
                Money(entry.minor, currency).amount,
                Money(balance, currency).amount,
            )
        closing = Money(one.closing, currency).amount
        yield (currency, period.until, _("Closing balance"), None, None, None, closing)
