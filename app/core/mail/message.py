"""One letter as the bytes of a message (RFC 5322, MIME): the same letter gives the same bytes."""

import email
import hashlib
import quopri
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import AddressHeader
from email.message import Message
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from app.core.errors import Invalid
from app.core.mail import enclosures
from app.core.mail.enclosures import Enclosure
from app.core.mail.headers import address_words, clean, header, mailbox, text_words

_EXTRAS: Final = {
    "feedback-id",
    "in-reply-to",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "precedence",
    "references",
}
"""Headers a caller may add, besides `X-…`; everything else is written here, once."""

_WORDS: Final = "multipart/alternative"
_WITHIN: Final = "_words"
_LONGEST_NAME: Final = 200
_MESSAGE_ID: Final = re.compile(r"<[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+>", re.ASCII)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_EXTRA_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_EXTRA_VALUE: Final = re.compile(r"[!-~]+( [!-~]+)*")
_UNPRINTABLE: Final = dict.fromkeys([*range(0x09), *range(0x0A, 0x20), *range(0x7F, 0xA0)])


@dataclass(frozen=True)
class Letter:
    """What one recipient is to receive; the names are people's words, everything else is ours.

    `message_id` (RFC 5322 section 3.6.4, with its angle brackets) is given by the caller and stays
    the same on every attempt. `envelope_sender` is the bounce address of the SMTP envelope (VERP).
    `headers` are further headers such as `List-Unsubscribe` (RFC 8058), in printable ASCII.
    """

    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    subject: str
    text: str
    html: str
    message_id: str
    envelope_sender: str
    language: str
    date: datetime
    reply_address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    auto_submitted: str = "auto-generated"
    """RFC 3834, section 5: `auto-replied` for what answers a mail."""
    enclosures: tuple[Enclosure, ...] = ()
    """Files beside the words, in their order."""


def compose(letter: Letter) -> bytes:
    """Return `letter` as multipart/alternative, pure ASCII with CRLF, at most 998 octets a line.

    With files it is multipart/mixed: the words first, then the files. Marked as `Auto-Submitted`
    (RFC 3834). Raises `Invalid` where an address, the Message-ID or a further header is not well
    formed, the date has no time zone, or where reading the bytes again does not give exactly the
    headers, people, parts and files that were written.
    """
    mailbox(letter.envelope_sender)
    headers = _headers(letter)
    message = b"".join(header(name, words) for name, words in headers) + _body(letter)
    _compare(message, [name.lower() for name, _ in headers], letter)
    return message


def _headers(letter: Letter) -> list[tuple[str, list[str]]]:
    own_id = _MESSAGE_ID.fullmatch(letter.message_id) and "=?" not in letter.message_id
    if not own_id or letter.date.tzinfo is None:
        raise Invalid("a letter needs a Message-ID and a date with its time zone")
    if not _LANGUAGE.fullmatch(letter.language):
        raise Invalid("the language of a letter is a BCP 47 tag")
    headers = [
        ("Date", [format_datetime(letter.date)]),
        _person("From", letter.sender_name, letter.sender_address),
        _person("To", letter.recipient_name, letter.recipient_address),
        ("Subject", text_words("Subject", clean(letter.subject))),
        ("Message-ID", [letter.message_id]),
        ("Content-Language", [letter.language]),
        ("Auto-Submitted", [letter.auto_submitted]),
    ]
    if letter.reply_address:
        headers.append(_person("Reply-To", "", letter.reply_address))
    headers += [_extra(name, value) for name, value in letter.headers.items()]
    kind = ["multipart/mixed;" if letter.enclosures else f"{_WORDS};", _bounded(letter)]
    return [*headers, ("MIME-Version", ["1.0"]), ("Content-Type", kind)]


def _person(name: str, display_name: str, address: str) -> tuple[str, list[str]]:
    return name, address_words(name, clean(display_name, _LONGEST_NAME), mailbox(address))


def _extra(name: str, value: str) -> tuple[str, list[str]]:
    allowed = name.lower() in _EXTRAS or name.lower().startswith("x-")
    if not (allowed and _EXTRA_NAME.fullmatch(name)):
        raise Invalid(f"the mail header {name!r} may not be added")
    if not _EXTRA_VALUE.fullmatch(value) or "=?" in value:
        raise Invalid(f"the value of the mail header {name} is not printable ASCII")
    return name, value.split(" ")


def _bounded(letter: Letter, of: str = "") -> str:
    return f'boundary="{_boundary(letter)}{of}"'


def _boundary(letter: Letter) -> str:
    # "=_" cannot occur in quoted-printable text (RFC 2045 section 6.7) nor, in this place, in
    # base64, so no body can end a part.
    content = "\0".join((letter.message_id, letter.text, letter.html))
    return "=_" + hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]


def _body(letter: Letter) -> bytes:
    parts = [_part(kind, text) for kind, text in (("plain", letter.text), ("html", letter.html))]
    if not letter.enclosures:
        return _bound(_boundary(letter), parts)
    # The boundary within begins otherwise than the one around it: no line is both (RFC 2046, 5.1.2).
    words = f"Content-Type: {_WORDS};\r\n {_bounded(letter, _WITHIN)}\r\n".encode("ascii")
    words += _bound(_boundary(letter) + _WITHIN, parts)
    files = [enclosures.part(one) for one in letter.enclosures]
    return _bound(_boundary(letter), [words, *files])


def _bound(boundary: str, parts: list[bytes]) -> bytes:
    mark = b"\r\n--" + boundary.encode("ascii")
    return b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def _part(kind: str, text: str) -> bytes:
    lines = (line.translate(_UNPRINTABLE) for line in re.split(r"\r\n|\r|\n", text))
    octets = "\n".join(lines).rstrip("\n").encode("utf-8", "replace") + b"\n"
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii") + quopri.encodestring(octets).replace(b"\n", b"\r\n")


def _compare(message: bytes, names: list[str], letter: Letter) -> None:
    # The plain reader splits just as the strict one does, for a fraction of the time.
    parsed = email.message_from_bytes(message)
    kinds = [part.get_content_type() for part in parsed.walk()]
    if [name.lower() for name in parsed.keys()] != names:  # noqa: SIM118 - keys repeat
        raise Invalid("the headers of the composed message are not those of its letter")
    files = letter.enclosures
    wanted = [_WORDS, "text/plain", "text/html"]
    if files:
        types = (enclosures.media_type(one.media_type) for one in files)
        wanted = ["multipart/mixed", *wanted, *types]
    if kinds != wanted or not message.isascii():
        raise Invalid("the parts of the composed message are not those of its letter")
    carried = list(parsed.walk())[len(kinds) - len(files) :]
    if not all(map(enclosures.is_same, carried, files)):
        raise Invalid("the files of the composed message are not those of its letter")
    people = (("from", letter.sender_address), ("to", letter.recipient_address))
    if any(_addresses(parsed, name) != [mailbox(address)] for name, address in people):
        raise Invalid("the people of the composed message are not those of its letter")


def _addresses(parsed: "Message[str, str]", name: str) -> list[str]:
    value = SMTP.header_fetch_parse(name, parsed[name])
    return [one.addr_spec for one in value.addresses] if isinstance(value, AddressHeader) else []
