"""Drawing a statement in a cell: however long it is, it takes no process of ours along."""

from typing import Final

from app.core import cells
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.statements.formats.letter import Letter, packed

DRAW: Final = "statements.draw"
SECONDS: Final = 20.0
"""What drawing one statement may take; five thousand entries take some seconds."""
MEDIA_TYPE: Final = "application/pdf"


def drawn(letter: Letter) -> bytes:
    """Return a statement as PDF/A-3b, the same bytes for the same letter.

    Raises `Refused` where the fonts lack letters of it, `cells.CellDied` where the limits did not do.
    """
    answer = cells.run(DRAW, packed(letter), b"", SECONDS)
    if answer.header.get("lacks"):
        lacking = str(answer.header["lacks"])[:50]
        raise Refused(
            _("Our fonts lack these letters: %(letters)s. Take the CSV file.", letters=lacking)
        )
    return answer.blobs[0]
