"""A mail as it came (RFC 5322, MIME): its head, and the documents in it. Nothing of it is trusted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.headerregistry import HeaderRegistry
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from enum import StrEnum
from typing import Any, Final

from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.mail import clean
from app.documents.actions.keeping import safe_name
from app.documents.formats.media_types import PDF, XML, media_type_of
from app.ways_in.rules.mailing import Head

PARTS: Final = 100
"""Parts of one mail that are looked at; what comes behind them is left out, with a line."""
DEPTH: Final = 8
"""How deep parts within parts are looked at."""
LONGEST_HEAD: Final = 256 * 1024
LONGEST_FROM: Final = 2000

_MESSAGE_ID: Final = re.compile(r"<[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+>", re.ASCII)
_HTML: Final = re.compile(rb"\s*<(!doctype\s+html|html|head|body|div|p|meta)\b", re.IGNORECASE)
_SIGNATURES: Final = ("pkcs7-signature", "x-pkcs7-signature", "pgp-signature", "pgp-keys")
_ENCRYPTED: Final = ("pkcs7-mime", "x-pkcs7-mime", "pgp-encrypted")


class Reason(StrEnum):
    """Why a part was left out."""

    SIGNATURE = "signature"
    PICTURE = "picture"
    ENCRYPTED = "encrypted"
    KIND = "kind"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"


REASONS: Final = {
    Reason.SIGNATURE: N_("a signature, not a document"),
    Reason.PICTURE: N_("a picture, not a document"),
    Reason.ENCRYPTED: N_("encrypted; send it unencrypted or in the portal"),
    Reason.KIND: N_("neither PDF nor XML"),
    Reason.TOO_LARGE: N_("too large"),
    Reason.TOO_MANY: N_("the mail has too many parts, send several mails"),
    Reason.UNREADABLE: N_("the mail cannot be read, its parts are not well formed"),
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A document in a mail: its harmless name and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail brought, and what was left out of it."""

    documents: tuple[Attached, ...]
    left_out: tuple[tuple[str, Reason], ...]


def reason(why: str) -> str:
    """Return in words why a part was left out."""
    return _(REASONS[Reason(why)])


def head(raw: bytes) -> Head:
    """Read the headers of a mail; never raises."""
    message = BytesHeaderParser(policy=compat32).parsebytes(raw[:LONGEST_HEAD])
    message_id = _text(message, "Message-ID").strip()
    return Head(
        senders=_senders(message),
        message_id=message_id[:250] if _MESSAGE_ID.fullmatch(message_id[:250]) else None,
        is_automatic=_is_automatic(message),
        results=tuple(map(str, message.get_all("Authentication-Results", [])))[:20],
    )


def _senders(message: "Message[str, str]") -> tuple[str, ...]:
    found = [str(value) for value in message.get_all("From", [])]
    if len(found) != 1 or len(found[0]) > LONGEST_FROM:
        return ()
    try:
        value: Any = HeaderRegistry()("From", " ".join(found[0].split()))
        # What can be read in two ways is read in none: the second way may be the attacker's.
        people = [(one.display_name.lower(), one.addr_spec.lower()) for one in value.addresses]
        seen = sum(shown.count("@") + 1 for shown, _address in people)
        is_plain = not value.defects and found[0].count("@") == seen
        # Many programs repeat the address as the name; another address there is a disguise.
        is_plain &= all("@" not in shown or shown.strip("' ") == one for shown, one in people)
        addresses = [one for _shown, one in people]
    except Exception:  # the parser of addresses fails in many ways
        return ()
    return tuple(addresses) if is_plain else ()


def _is_automatic(message: "Message[str, str]") -> bool:
    submitted = _text(message, "Auto-Submitted").split(";")[0].strip().lower()
    precedence = _text(message, "Precedence").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk", "list")
        or any(name.lower().startswith("list-") for name in message.keys())  # noqa: SIM118
        or "X-Auto-Response-Suppress" in message
    )


def _text(message: "Message[str, str]", name: str) -> str:
    return str(message.get(name, ""))


def read(raw: bytes, size_limit: int) -> Mail:
    """Return the documents in a mail, PDF and XML by their content; never raises."""
    documents: list[Attached] = []
    left_out: list[tuple[str, Reason]] = []
    try:
        for number, part in enumerate(_leaves(BytesParser(policy=compat32).parsebytes(raw))):
            if number >= PARTS:
                left_out.append(("…", Reason.TOO_MANY))
                break
            found = _part(part, number + 1, size_limit)
            if isinstance(found, Attached):
                documents.append(found)
            elif found is not None:
                left_out.append(found)
    except (
        Exception
    ):  # whatever a stranger sends; RecursionError, LookupError, ValueError were seen
        left_out.append(("…", Reason.UNREADABLE))
    return Mail(tuple(documents), tuple(left_out))


def _leaves(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Yield the parts that hold something, in their order; without recursion."""
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if not isinstance(inner, list):
            yield part
        elif depth < DEPTH:
            waiting.extend((one, depth + 1) for one in reversed(inner) if isinstance(one, Message))
        else:
            raise ValueError("the parts of this mail are nested too deeply")


def _part(
    part: "Message[str, str]", number: int, size_limit: int
) -> Attached | tuple[str, Reason] | None:
    """Return a document, or why it is none; None for the text of the mail itself."""
    given, kind = _name(part), part.get_content_type()
    if not given and kind in ("text/plain", "text/html"):
        return None
    name = given or f"{number}"
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return name, Reason.UNREADABLE
    found = media_type_of(content)
    if found == PDF or (found == XML and not _HTML.match(content.lstrip(b"\xef\xbb\xbf"))):
        if len(content) > size_limit:
            return name, Reason.TOO_LARGE
        return Attached(given or f"{number}.{'pdf' if found == PDF else 'xml'}", content)
    return name, _reason(kind)


def _reason(kind: str) -> Reason:
    main, _slash, rest = kind.partition("/")
    if rest in _SIGNATURES:
        return Reason.SIGNATURE
    if rest in _ENCRYPTED:
        return Reason.ENCRYPTED
    return Reason.PICTURE if main == "image" else Reason.KIND


def _name(part: "Message[str, str]") -> str:
    """Return a part's file name as one harmless line, "" where it has none."""
    given = part.get_filename()
    if not given:
        return ""
    try:
        shown = str(make_header(decode_header(given)))
    except (ValueError, LookupError):
        shown = given
    return safe_name(clean(shown.encode("utf-8", "replace").decode(), 200))
