"""Files that travel in a letter: their parts (RFC 2183), and their names (RFC 2231)."""

import base64
import hashlib
import re
from dataclasses import dataclass
from email.message import Message
from typing import Final
from urllib.parse import quote

from app.core.mail.headers import clean

_LONGEST_NAME: Final = 150
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 ()+,._=@-]{1,50}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,60}")
_LINE: Final = 57
"""Octets that make one line of 76 characters (RFC 2045 section 6.8)."""

_UNKNOWN: Final = "application/octet-stream"
_PIECE: Final = 50
"""Characters of one piece of a long name (RFC 2231 section 3)."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One file in a letter; `name` and `media_type` may be anybody's words."""

    name: str
    media_type: str
    content: bytes


def encoded_size(size: int) -> int:
    """Return how many octets a file of `size` octets takes in a mail (base64 with line ends)."""
    return (size + _LINE - 1) // _LINE * 2 + (size + 2) // 3 * 4


def file_name(value: str) -> str:
    """Return a name that is one harmless line and no path, at most 150 characters long.

    The ending is kept: it decides with which program somebody opens the file.
    """
    flat = clean(re.sub(r'[/\\:*?"<>|]', "_", value)).strip(" .") or "file"
    if len(flat) <= _LONGEST_NAME:
        return flat
    stem, dot, ending = flat.rpartition(".")
    kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
    return (stem if kept else flat)[: _LONGEST_NAME - len(kept)] + kept


def media_type(value: str) -> str:
    """Return a type that base64 may carry; other messages may not be (RFC 2046 section 5.2.1)."""
    plain = value.partition(";")[0].strip().lower()
    is_composite = plain.startswith(("multipart/", "message/"))
    return plain if _MEDIA_TYPE.fullmatch(plain) and not is_composite else _UNKNOWN


def part(one: Enclosure) -> bytes:
    """Return a file as a part of a message: its headers, an empty line, base64; CRLF throughout."""
    named = ";\r\n ".join(_named(file_name(one.name)))
    headers = (
        f"Content-Type: {media_type(one.media_type)}\r\n"
        f"Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {named}\r\n\r\n"
    )
    body = base64.encodebytes(one.content).replace(b"\n", b"\r\n")
    return headers.encode("ascii") + (body or b"\r\n")


def _named(name: str) -> list[str]:
    """Return the parameters that say a name: as it is, or percent-encoded in pieces (RFC 2231)."""
    if _PLAIN_NAME.fullmatch(name):
        return [f'filename="{name}"']
    octets = re.findall(r"%..|.", quote(name, safe="", encoding="utf-8"))
    pieces = ["utf-8''"]
    for each in octets:
        if len(pieces[-1]) + len(each) > _PIECE:
            pieces.append("")
        pieces[-1] += each
    if len(pieces) == 1:
        return [f"filename*={pieces[0]}"]
    return [f"filename*{place}*={piece}" for place, piece in enumerate(pieces)]


def is_same(parsed: "Message[str, str]", one: Enclosure) -> bool:
    """Say whether a part that was read again is this file: name, type and every byte."""
    found = parsed.get_payload(decode=True)
    return (
        parsed.get_filename() == file_name(one.name)
        and parsed.get_content_type() == media_type(one.media_type)
        and isinstance(found, bytes)
        and hashlib.sha256(found).digest() == hashlib.sha256(one.content).digest()
    )
