"""Drawing the sheet of a report in a cell; nothing of it is kept."""

from typing import Final

from app.core import cells
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.reports.formats.paper import Sheet, packed

DRAW: Final = "reports.draw"
SECONDS: Final = 10.0
MEDIA_TYPE: Final = "application/pdf"


def drawn(sheet: Sheet) -> bytes:
    """Return a report as PDF/A-3b, the same bytes for the same report.

    Raises `Refused` where the fonts lack letters of it, `cells.CellDied` where the limits did not do.
    """
    answer = cells.run(DRAW, packed(sheet), b"", SECONDS)
    if answer.header.get("lacks"):
        lacking = str(answer.header["lacks"])[:50]
        raise Refused(_("Our fonts lack these letters: %(letters)s.", letters=lacking))
    return answer.blobs[0]
