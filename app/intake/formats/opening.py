"""The inside of reading tables and archives: what a cell does. Nobody else imports this."""

from collections.abc import Mapping
from typing import Any

from app.core.cells import Answer
from app.intake.formats import archive, tables
from app.intake.formats.refusal import UnreadableError


def read_table(_arguments: Mapping[str, Any], content: bytes) -> Answer:
    """Read a table."""
    try:
        return Answer({"table": tables.read(content).to_json()})
    except UnreadableError as error:
        return _refused(error)


def read_archive(arguments: Mapping[str, Any], content: bytes) -> Answer:
    """Read what an archive holds; a file in it may have `file_limit` bytes."""
    limit = int(arguments["file_limit"])
    try:
        found = archive.entries(content, file_limit=limit)
    except UnreadableError as error:
        return _refused(error)
    return Answer({"files": [entry.to_json() for entry in found]})


def unpack(arguments: Mapping[str, Any], content: bytes) -> Answer:
    """Unpack the entries called `names`."""
    limit = int(arguments["file_limit"])
    try:
        found = list(archive.files(content, arguments["names"], file_limit=limit))
    except UnreadableError as error:
        return _refused(error)
    return Answer({}, tuple(unpacked for _name, unpacked in found))


def _refused(error: UnreadableError) -> Answer:
    return Answer({"finding": error.finding.to_json()})
