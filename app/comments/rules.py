"""Pure decisions about comments: what a text may hold, how long it can be changed, how many are too many."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 4000
"""Characters of a comment, line breaks included."""
CHANGEABLE: Final = timedelta(minutes=15)
"""How long its author may change a comment or take it back."""
PER_HOUR: Final = 30
"""Comments of one author."""
GATHERED: Final = timedelta(minutes=5)
"""What one author writes within this time is one notice to each reader (UX-17)."""
SHOWN: Final = 50
"""Comments of one thread on one page."""
MOST_FILES: Final = 10
"""Files of one comment."""
MOST_BYTES: Final = 25 * 1024 * 1024
"""Bytes of all files of one comment."""
QUOTED: Final = 4000
"""Characters that a mail quotes."""

_BREAKS: Final = str.maketrans(dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional controls (UAX 9): with them a text reads as something else than it is."""

_ADDRESS: Final = re.compile(r"(?<!\w)(?:https?://|mailto:)[^\s<>\"“”«»]+", re.IGNORECASE)
_AROUND: Final = frozenset(".,;:!?'’…]}")
"""Signs at the end of an address that belong to the sentence around it."""


class Side(StrEnum):
    """For whom somebody writes."""

    HOUSE = "house"
    CUSTOMER = "customer"


def clean(text: str | None) -> str:
    """Return what was typed with plain line breaks and tabs, and without any other control."""
    broken = (text or "").replace("\r\n", "\n").translate(_BREAKS)
    return "".join(sign for sign in broken if _is_readable(sign)).strip()


def _is_readable(sign: str) -> bool:
    # Cs: half a character, which no database takes.
    is_control = unicodedata.category(sign) in ("Cc", "Cs") or sign in _TURNING
    return sign in "\n\t" or not is_control


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; with an address, it is a link to it."""

    text: str
    url: str = ""


def pieces(text: str) -> list[Piece]:
    """Take a text apart into plain pieces and links: web and mail addresses written out (RFC 3986).

    An address with a user in front of its host is none of ours: it looks like another one's.
    """
    found, done = [], 0
    for match in _ADDRESS.finditer(text):
        url = _trimmed(match[0])
        if _is_safe(url):
            found += [Piece(text[done : match.start()]), Piece(url, url)]
            done = match.start() + len(url)
    return [piece for piece in (*found, Piece(text[done:])) if piece.text]


def _trimmed(url: str) -> str:
    """Return an address without what belongs to the sentence around it."""
    while url[-1] in _AROUND or (url[-1] == ")" and url.count(")") > url.count("(")):
        url = url[:-1]
    return url


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def changeable_since(now: datetime) -> datetime:
    """Return the moment after which a comment must have been written to be changed at `now`."""
    return now - CHANGEABLE


def is_changeable(written_at: datetime, withdrawn_at: datetime | None, now: datetime) -> bool:
    """Say whether its author may still change a comment or take it back."""
    return withdrawn_at is None and written_at > changeable_since(now)


def fingerprint(*parts: str) -> str:
    """Return what is the same for a form that was sent twice, 64 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def quote(texts: list[str]) -> str:
    """Return the texts as a mail quotes them, at most `QUOTED` characters."""
    whole = "\n\n".join(texts)
    return whole if len(whole) <= QUOTED else whole[: QUOTED - 2].rstrip() + " …"
