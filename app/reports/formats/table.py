"""The dispatches of a period as CSV; what a spreadsheet takes for a formula is disarmed."""

import io
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from app.core import languages, text
from app.core.languages import gettext as _
from app.core.money import Money
from app.delivery.models import Dispatch
from app.delivery.rules import STATE_NAMES
from app.exports import rules as exports
from app.exports.formats import text_file
from app.exports.rules import Cell
from app.organisations.rules import CHANNEL_NAMES

MEDIA_TYPE = "text/csv; charset=utf-8"


def written(rows: Iterable[Dispatch], currency: str) -> bytes:
    """Return the file in the language spoken now; costs are in `currency`."""
    style = exports.style(languages.current(), text.decimal_sign())
    titles = [
        *(_("Made"), _("Changed"), _("Document number"), _("Recipient"), _("Address")),
        *(_("Channel"), _("State"), _("Answer")),
        _("Cost in %(currency)s", currency=currency),
    ]
    file = io.StringIO(newline="")
    text_file.write_to(file, titles, _cells(rows, currency), style)
    return file.getvalue().encode("utf-8-sig")


def _cells(rows: Iterable[Dispatch], currency: str) -> Iterator[Sequence[Cell]]:
    zone = ZoneInfo(languages.timezone())
    for one in rows:
        made, changed = (at.astimezone(zone) for at in (one.created_at, one.changed_at))
        yield (
            made.isoformat(sep=" ", timespec="seconds"),
            changed.isoformat(sep=" ", timespec="seconds"),
            one.number,
            one.name,
            one.address,
            _(CHANNEL_NAMES[one.channel]),
            _(STATE_NAMES[one.state]),
            one.answer,
            None if one.cost_minor is None else Money(one.cost_minor, currency).amount,
        )
