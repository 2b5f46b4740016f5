"""What the network answers is taken apart in a cell."""

from collections.abc import Mapping
from typing import Any, Final

from app.core import cells

READ: Final = "peppol.read"
SECONDS: Final = 10.0


def read(xml: bytes) -> Mapping[str, Any]:
    """Return what an ApplicationResponse says, see `reading.work`; raises `ValueError` where it is none."""
    try:
        answer = cells.run(READ, {}, xml, SECONDS)
    except cells.CellDied as error:
        raise ValueError(str(error)) from error
    if "unreadable" in answer.header:
        raise ValueError(str(answer.header["unreadable"]))
    return answer.header
