"""Mail headers written by hand: cleaned, encoded (RFC 2047) and folded (RFC 5322 section 2.2.3).

Written here, not by `email.message`: on Python 3.11.7 an encoded word in a value becomes a header
of its own (CVE-2024-6923), and every version turns a long URL or Message-ID into encoded words.
"""

import base64
import re
import unicodedata
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

from app.core.errors import Invalid

_LINE: Final = 76
"""RFC 2047 section 2: a line with an encoded word has at most 76 characters."""

_LONGEST_LINE: Final = 998
"""RFC 5322 section 2.1.1."""

_LONGEST_WORD: Final = 60
"""An ASCII word longer than this cannot be folded and is written as encoded words."""

_JOINERS: Final = "\u200c\u200d"
_SPACES: Final = ("Cc", "Zl", "Zp")
_UNSEEN: Final = ("Cf", "Cs", "Cn", "Co")


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    if category in _UNSEEN and character not in _JOINERS:
        return ""
    return character


def clean(value: str, longest: int = 1000) -> str:
    """Return `value` as one harmless line of at most `longest` characters.

    Controls and line ends become a space; what cannot be seen or turns the direction of reading
    (Unicode Cf, such as U+202E) goes away, except the two joiners that scripts and emoji need. The
    opening `=?` of an encoded word is broken apart, so that no software downstream decodes it.
    """
    seen = "".join(map(_seen, unicodedata.normalize("NFC", value)))
    return re.sub(r"=(?=\?)", "= ", " ".join(seen.split()))[:longest].rstrip()


@lru_cache(maxsize=1024)
def mailbox(value: str) -> str:
    """Return the address as ASCII: syntax by RFC 5321 without DNS, the domain as IDNA A-labels.

    Raises `Invalid`: also for a local part beyond ASCII, which would need SMTPUTF8 on every hop,
    and for names that no mail can reach (`localhost`, `.local`, `.invalid`; RFC 6761, RFC 6762).
    """
    try:
        parsed = validate_email(
            value, check_deliverability=False, test_environment=True, strict=True
        )
    except EmailNotValidError as error:
        raise Invalid(f"not a mail address: {error}") from error
    if parsed.ascii_email is None:
        raise Invalid("the part of the mail address before the @ is not ASCII")
    return parsed.ascii_email


def _encoded_words(value: str, first: int) -> list[str]:
    words: list[str] = []
    chunk = b""
    room = first
    for character in value:
        octets = character.encode("utf-8")
        if len(chunk) + len(octets) > (room - len("=?utf-8?b??=")) // 4 * 3:
            words.append(f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=")
            chunk, room = b"", _LINE - 1
        chunk += octets
    return [*words, f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="]


def _is_plain(value: str) -> bool:
    return value.isascii() and all(len(word) <= _LONGEST_WORD for word in value.split(" "))


def text_words(name: str, value: str) -> list[str]:
    """Return the words of an unstructured header (RFC 5322 section 3.6.5); `value` is cleaned."""
    return value.split(" ") if _is_plain(value) else _encoded_words(value, _LINE - len(name) - 2)


def address_words(name: str, display_name: str, address: str) -> list[str]:
    """Return the words of a header with one mailbox (RFC 5322 section 3.4).

    `display_name` is cleaned and may be empty, `address` comes from `mailbox`.
    """
    if not display_name:
        return [address]
    if not _is_plain(display_name):
        return [*_encoded_words(display_name, _LINE - len(name) - 2), f"<{address}>"]
    quoted = display_name.replace("\\", "\\\\").replace('"', '\\"')
    return [*f'"{quoted}"'.split(" "), f"<{address}>"]


def header(name: str, words: list[str]) -> bytes:
    """Return one header, folded between `words`, with its CRLF.

    Raises `Invalid` where a word is not printable ASCII or makes a line longer than 998 octets.
    """
    lines = [f"{name}: {words[0]}"]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    if any(len(line) > _LONGEST_LINE or not re.fullmatch(r"[ -~]+", line) for line in lines):
        raise Invalid(f"the mail header {name} cannot be written")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
