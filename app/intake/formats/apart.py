"""Reading tables and archives in a cell: what a stranger packed is never opened in a process of ours."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.core import cells
from app.core.cells import Answer
from app.core.languages import N_
from app.documents.rules.findings import Finding
from app.intake.formats.refusal import UnreadableError
from app.intake.rules.cells import Table
from app.intake.rules.plan import Entry

READ_TABLE: Final = "intake.read_table"
READ_ARCHIVE: Final = "intake.read_archive"
UNPACK: Final = "intake.unpack"
SECONDS: Final = 30.0
"""What reading one table or archive may take; 20,000 rows of a workbook take three."""

_log = logging.getLogger(__name__)


def table(content: bytes) -> Table:
    """Read a table; raises `UnreadableError`, also where the limits of time and memory did not do."""
    return Table.from_json(_done(READ_TABLE, {}, content).header["table"])


def entries(content: bytes, *, file_limit: int) -> list[Entry]:
    """Read what an archive holds; raises `UnreadableError` as `table` does."""
    found = _done(READ_ARCHIVE, {"file_limit": file_limit}, content)
    return [Entry(*entry) for entry in found.header["files"]]


def unpacked(content: bytes, names: Sequence[str], *, file_limit: int) -> tuple[bytes, ...]:
    """Return the bytes of the entries called `names`, in the order of the archive.

    Ask for as many as fit into memory. Raises `UnreadableError` as `table` does.
    """
    return _done(UNPACK, {"file_limit": file_limit, "names": list(names)}, content).blobs


def _done(work: str, arguments: Mapping[str, Any], content: bytes) -> Answer:
    try:
        answer = cells.run(work, arguments, content, SECONDS)
    except cells.CellDied as error:
        _log.warning("%s failed: %s", work, error)
        sentence = N_("The file could not be read within the limits of time and memory.")
        raise UnreadableError("KT-LIMITS", sentence) from error
    if answer.header.get("finding"):
        raise UnreadableError.of(Finding.from_json(answer.header["finding"]))
    return answer
