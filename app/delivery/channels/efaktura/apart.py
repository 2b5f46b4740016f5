"""Requests are written, and responses taken apart, in cells."""

from collections.abc import Mapping
from typing import Any, Final

from app.core import cells
from app.delivery.channels.efaktura.facts import Request
from app.documents.rules.plain import to_plain

WRITE: Final = "efaktura.write"
READ: Final = "efaktura.read"
SECONDS: Final = 20.0


class AgainstSchema(ValueError):
    """What was written is not what the format asks for; the message says where, in its words."""


def written(request: Request) -> bytes:
    """Return the XML of a request; raises `AgainstSchema`, and `cells.CellDied`."""
    answer = cells.run(WRITE, {"request": to_plain(request)}, b"", SECONDS)
    wrong = answer.header.get("mistakes")
    if wrong:
        raise AgainstSchema("; ".join(str(one) for one in wrong))
    return answer.blobs[0]


def read(raw: bytes) -> Mapping[str, Any]:
    """Return what a response says, see `reading.work`; raises `ValueError` where it is none."""
    try:
        answer = cells.run(READ, {}, raw, SECONDS)
    except cells.CellDied as error:
        raise ValueError(str(error)) from error
    if "unreadable" in answer.header:
        raise ValueError(str(answer.header["unreadable"]))
    return answer.header
