"""Looking for malware in what strangers send: clamd, where one is set up (ASVS 5.4.3)."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.core import runtime
from app.core.errors import Refused
from app.core.languages import gettext as _

CHUNK: Final = 64 * 1024
PATIENCE: Final = 60.0
"""Seconds that a scan may take; less than a lease."""
LONGEST_ANSWER: Final = 4096


class Unreachable(Exception):
    """The scanner gives no answer that can be used: nothing may be believed to be clean."""


def scan(content: bytes) -> str | None:
    """Return the name of the malware that is in `content`; None where there is none, or no scanner.

    Speaks clamd's INSTREAM (clamd(8)). Slow: call it outside of any transaction. Raises
    `Unreachable` where clamd is set up and gives no verdict.
    """
    place = runtime.current().settings.clamd
    if place is None:
        return None
    try:
        with _line(place) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except OSError as error:
        raise Unreachable(f"clamd: {error}") from error
    return _verdict(answer)


def refuse_malware(name: str, content: bytes) -> None:
    """Raise `Refused` where a file that a person sends holds malware, or cannot be looked through."""
    try:
        found = scan(content)
    except Unreachable as error:
        raise Refused(
            _("Files cannot be checked for malware at present. Please try again later.")
        ) from error
    if found is not None:
        raise Refused(
            _("“%(name)s” holds malware (%(found)s) and was not kept.", name=name, found=found)
        )


@contextmanager
def _line(place: str) -> Iterator[socket.socket]:
    if place.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
        line.connect(place.removeprefix("unix:"))
    else:
        host, _colon, port = place.rpartition(":")
        line = socket.create_connection((host, int(port)), PATIENCE)
    with line:
        yield line


def _answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = line.recv(1024)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _verdict(answer: str) -> str | None:
    """Read `stream: OK` or `stream: <name> FOUND`; everything else is no verdict."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:200]
    raise Unreachable(f"clamd said: {answer[:200]}")
