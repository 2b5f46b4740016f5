"""What travels between a process and its cell: a JSON header, then raw bytes; never pickle.

A frame is the length of the header (4 bytes, network order), the header (UTF-8 JSON, with the sizes
of what follows under "sizes"), and the bytes. Whoever reads says how much it is ready to take.
"""

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, Final

HEADER_LIMIT: Final = 128 * 1024 * 1024
"""Bytes of a header; a long invoice, read into JSON, has some ten million."""
BLOBS_LIMIT: Final = 512 * 1024 * 1024
"""Bytes of all that follows a header."""
COUNT_LIMIT: Final = 1000

_LENGTH: Final = struct.Struct("!I")
_PIECE: Final = 1024 * 1024


class BrokenFrameError(Exception):
    """The other side is gone, or what it sent is no frame."""


def send(
    connection: socket.socket,
    header: Mapping[str, Any],
    blobs: Sequence[bytes] = (),
    deadline: float | None = None,
) -> None:
    """Send a frame until `deadline` (of the monotonic clock); raises `TimeoutError` after it."""
    sizes = [len(blob) for blob in blobs]
    text = json.dumps({**header, "sizes": sizes}, allow_nan=False).encode()
    try:
        for part in (_LENGTH.pack(len(text)) + text, *blobs):
            _hurry(connection, deadline)
            connection.sendall(part)
    except ConnectionError as error:
        raise BrokenFrameError from error


def receive(
    connection: socket.socket, deadline: float | None = None
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Return header and bytes of the next frame.

    Raises `TimeoutError` after `deadline`, `BrokenFrameError` where the other side is gone, sends
    more than the limits allow, or no JSON object.
    """
    (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size, deadline))
    if length > HEADER_LIMIT:
        raise BrokenFrameError
    try:
        header = json.loads(_read(connection, length, deadline))
        sizes = [int(size) for size in header.pop("sizes")]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BrokenFrameError from error
    if len(sizes) > COUNT_LIMIT or min(sizes, default=0) < 0 or sum(sizes) > BLOBS_LIMIT:
        raise BrokenFrameError
    return header, tuple(_read(connection, size, deadline) for size in sizes)


def _read(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    found = bytearray()
    while len(found) < size:
        _hurry(connection, deadline)
        try:
            piece = connection.recv(min(_PIECE, size - len(found)))
        except ConnectionError as error:
            raise BrokenFrameError from error
        if not piece:
            raise BrokenFrameError
        found += piece
    return bytes(found)


def _hurry(connection: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        connection.settimeout(None)
        return
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
