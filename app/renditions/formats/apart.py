"""Making a rendition in a cell: however long a document is, it takes no process of ours along."""

from datetime import datetime
from typing import Any, Final

from app.core import cells, outbox
from app.documents.formats.draft import Question
from app.documents.formats.official_rules import NotChecked, RuleEngine
from app.documents.formats.profiles import Profile
from app.renditions.formats.wanted import ImpossibleError, Wish, packed, refuse_fatal
from app.renditions.rules import Form, Reason

WRITE: Final = "renditions.write"
DRAW: Final = "renditions.draw"
ENCLOSE: Final = "renditions.enclose"
SECONDS: Final = 60.0
"""What writing or drawing one document may take; five thousand lines take some seconds."""


def made(wish: Wish, engine: RuleEngine) -> bytes:
    """Return the bytes of a rendition, the same for the same wish.

    What is written is checked by its schema and by the official rules before anybody gets it.
    Raises `ImpossibleError`, `outbox.Again` where the rules could not be asked just now, and
    `cells.CellDied` where the limits did not do.
    """
    if wish.form in (Form.PDF, Form.STAMPED):
        return _done(DRAW, wish)[1][0]
    header, blobs = _done(WRITE, wish)
    xml = blobs[0]
    if header["profile"]:
        _ask(Question(Profile(header["profile"]), blobs[1].decode()), engine)
    return _done(DRAW, wish, xml)[1][0] if wish.form is Form.FACTURX else xml


def written(wish: Wish) -> bytes:
    """Return a document as XML that follows its schema; the official rules were not asked.

    Raises `ImpossibleError`, and `cells.CellDied` where the limits did not do.
    """
    return _done(WRITE, wish)[1][0]


def enclosed(pdf: bytes, name: str, media_type: str, content: bytes, moment: datetime) -> bytes:
    """Return a PDF/A-3 with one more file inside, the same bytes for the same input.

    Raises `cells.CellDied` where it cannot be opened, `cells.CellNotStarted` where nobody could try.
    """
    arguments = {
        "pdf": len(pdf),
        "name": name,
        "media_type": media_type,
        "moment": moment.isoformat(),
    }
    return cells.run(ENCLOSE, arguments, pdf + content, SECONDS).blobs[0]


def _done(work: str, wish: Wish, xml: bytes = b"") -> tuple[dict[str, Any], tuple[bytes, ...]]:
    arguments, embedded = packed(wish)
    arguments["xml"] = len(xml)
    answer = cells.run(work, arguments, xml + embedded, SECONDS)
    header = dict(answer.header)
    if header.get("reason"):
        raise ImpossibleError(Reason(header["reason"]), str(header["detail"]))
    return header, answer.blobs


def _ask(question: Question, engine: RuleEngine) -> None:
    official = engine.ask(question)
    if isinstance(official, NotChecked):
        raise outbox.Again(f"official rules not checked: {official.reason}")
    refuse_fatal(official)
