"""What a mail that came back says: reports of servers (RFC 3464), of readers (RFC 5965), old formats.

Strangers write these mails, and whatever they please: only a cell reads them, see `apart`.
"""

import email.utils
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32
from typing import Any, Final

from flufl.bounce import all_failures

from app.core.cells import Answer
from app.core.mail.headers import clean

PARTS: Final = 60
"""Parts of one mail that are looked at."""
DEPTH: Final = 6
"""How deep parts within parts are looked at; the mail that came back is not entered."""
MOST: Final = 20
"""Recipients of one report that are told."""
LONGEST_TEXT: Final = 40_000
LONGEST_SAID: Final = 500

ACTIONS: Final = ("failed", "delayed", "delivered", "relayed", "expanded")
_WORDS: Final = {"failure": "failed", "delay": "delayed"}
"""What some servers write instead (RFC 3464 section 2.3.3 has the five above)."""
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_BOUNCE: Final = re.compile(r"bounce\+[a-z0-9-]{1,40}\.[a-z2-7]{16}@[a-z0-9.-]+", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(r"<([^\s<>@]{1,200}@[^\s<>@]{1,200})>")
_MAILBOX: Final = re.compile(r"[^\s<>@;,]{1,64}@[^\s<>@;,]{1,253}")
_COPY: Final = re.compile(
    r"(?im)^.*\b(below (this|the next) line|original message|copy of the|returned message"
    r"|message (header|text)|forwarded message|top \d+ lines)\b"
)
"""Where the mail that came back begins: its words are not the server's."""
_XTEXT: Final = re.compile(r"\+([0-9A-F]{2})")
_CAME_TO: Final = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To")
_SENT_BY: Final = ("Return-Path", "X-Postfix-Sender", "Original-Mail-From")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the mail for one recipient."""

    action: str
    """One of `ACTIONS`; empty where a server wrote none of them."""
    status: str
    """The enhanced status code (RFC 3463), empty where none was said."""
    recipients: tuple[str, ...]
    """The recipient as we called it, then as the other side does; lower case."""
    said: str
    """The other side's words, at most `LONGEST_SAID` characters on one line."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that came back. Nothing of it is proven."""

    told: tuple[Told, ...] = ()
    complaint: str = ""
    """The type of a complaint (RFC 5965): `abuse`; empty where it is none."""
    bounce_addresses: tuple[str, ...] = ()
    """Where it came to, and which envelope senders it names."""
    envelope_id: str = ""
    """ENVID of the mail it is about (RFC 3461)."""
    message_ids: tuple[str, ...] = ()
    """Of the mail that came back, without angle brackets."""
    key: str = ""
    """The same for the same report."""
    written_at: str = ""
    """Its date (ISO 8601, UTC), as far as it has one."""


@dataclass(slots=True)
class _Found:
    """What is gathered while the parts are gone through."""

    reports: list["Message[str, str]"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    returned: list["Message[str, str]"] = field(default_factory=list)
    complaints: list["Message[str, str]"] = field(default_factory=list)


def work(_arguments: Mapping[str, Any], payload: bytes) -> Answer:
    """Read one mail, inside of a cell."""
    return Answer(asdict(read(payload)))


def read(raw: bytes) -> Returned:
    """Return what a mail says about one of ours; raises whatever a broken mail makes it raise."""
    message = BytesParser(policy=compat32).parsebytes(raw)
    found = _gathered(message)
    if not (found.reports or found.complaints):
        # A gateway put the report into a mail of its own.
        inner = [_gathered(one) for one in found.returned]
        found = next((one for one in inner if one.reports), found)
    blocks = [*found.reports, *found.complaints]
    told = _reported(found.reports)
    if not told and not found.complaints:
        told = _guessed(message, "\n".join(found.texts)[:LONGEST_TEXT])
    return Returned(
        told=tuple(told[:MOST]),
        complaint=_complaint(found.complaints),
        bounce_addresses=_bounce_addresses(message, [*blocks, *found.returned]),
        envelope_id=next(filter(None, (_one(each, "Original-Envelope-Id") for each in blocks)), ""),
        message_ids=_message_ids([*found.returned, *blocks]),
        key=_key(message, raw),
        written_at=_date(message),
    )


def _parts(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Yield the parts of a mail in their order; what came back within it stays whole."""
    waiting = [(message, 0)]
    seen = 0
    while waiting and seen < PARTS:
        part, depth = waiting.pop()
        seen += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            if depth < DEPTH:
                nested = [one for one in inner if isinstance(one, Message)]
                waiting += [(one, depth + 1) for one in reversed(nested)]
        else:
            yield part


def _gathered(message: "Message[str, str]") -> _Found:
    found = _Found()
    for part in _parts(message):
        _gather(part, found)
    return found


def _gather(part: "Message[str, str]", found: _Found) -> None:
    kind, inner = part.get_content_type(), part.get_payload()
    blocks = [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []
    if kind == "message/delivery-status":
        found.reports += blocks or _headers(_text(part))
    elif kind == "message/feedback-report":
        found.complaints += blocks or _headers(_text(part))
    elif kind in ("message/rfc822", "message/global"):
        found.returned += blocks
    elif kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
        found.returned += blocks or _headers(_text(part))
    elif kind.startswith("text/"):
        found.texts.append(_text(part)[:LONGEST_TEXT])


def _headers(text: str) -> list["Message[str, str]"]:
    """Return the blocks of headers in a text, an empty line between each two."""
    parser = HeaderParser(policy=compat32)
    blocks = re.split(r"\r?\n[ \t]*\r?\n", text.strip()[:LONGEST_TEXT])
    return [parser.parsestr(block) for block in blocks[: 2 * MOST]]


def _text(part: "Message[str, str]") -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _one(block: "Message[str, str]", name: str) -> str:
    return " ".join(str(block.get(name, "")).split())[:1000]


def _reported(blocks: list["Message[str, str]"]) -> list[Told]:
    """Return what a delivery report says of each recipient (RFC 3464 section 2.3)."""
    found: dict[Told, None] = {}
    for block in blocks:
        recipients = _recipients(block)
        action = re.match(r"[a-z]*", _one(block, "Action").lower())
        word = action[0] if action else ""
        word = _WORDS.get(word, word)
        if recipients or word:
            said = _said(block)
            told = Told(
                action=word if word in ACTIONS else "",
                status=_status(_one(block, "Status"), said),
                recipients=recipients,
                said=clean(said, LONGEST_SAID),
            )
            found[told] = None
    return list(found)


def _said(block: "Message[str, str]") -> str:
    """Return the diagnostic and what a gateway adds; the words of the status where there is neither."""
    kind, semicolon, diagnostic = _one(block, "Diagnostic-Code").partition(";")
    words = [
        diagnostic.strip() if semicolon else kind,
        _one(block, "X400-Supplementary-Info"),
    ]
    return " ".join(filter(None, words)) or _one(block, "Status")


def _recipients(block: "Message[str, str]") -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in ("Original-Recipient", "Final-Recipient"):
        kind, _semicolon, value = _one(block, name).partition(";")
        if kind.strip().lower() not in ("rfc822", "utf-8"):
            continue
        if name == "Original-Recipient":
            value = _XTEXT.sub(lambda one: chr(int(one[1], 16)), value)
        mailbox = _MAILBOX.search(value)
        if mailbox:
            found[mailbox[0].lower()] = None
    return tuple(found)


def _status(status: str, said: str) -> str:
    """Return the code that says more: a server's own report often has `5.0.0` for everything."""
    general, special = _STATUS.search(status), _STATUS.search(said)
    if special and (general is None or general[1].endswith(".0.0")):
        return special[1]
    return general[1] if general else ""


def _guessed(message: "Message[str, str]", text: str) -> list[Told]:
    """Return what the many older formats say, as far as they are known."""
    if not email.utils.getaddresses(message.get_all("From", []))[:1]:
        message["From"] = "unknown@unknown.invalid"  # one of the detectors needs a sender
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # each detector fails in its own ways: then nothing is known
        return []
    addresses = dict.fromkeys(_plain(permanent), "failed")
    addresses |= {one: "delayed" for one in _plain(temporary) if one not in addresses}
    found = []
    for address, action in sorted(addresses.items()):
        said = _about(address, text, [one for one in addresses if one != address])
        status = _STATUS.search(said)
        found.append(Told(action, status[1] if status else "", (address,), said))
    return found


def _plain(found: Any) -> list[str]:
    texts = (
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in found
    )
    return [one.strip(" <>").lower()[:320] for one in texts]


def _about(address: str, text: str, others: list[str]) -> str:
    """Return what a text says near an address: to the next one, or what stands before it."""
    lower = text.lower()
    begin = lower.find(address)
    if begin < 0:
        return clean(text[: 2 * LONGEST_SAID], LONGEST_SAID)
    behind = [lower.find(one, begin + len(address)) for one in others]
    end = min([begin + LONGEST_SAID, *(place for place in behind if place > 0)])
    start = text.rfind("\n", 0, begin) + 1
    said = text[start:end]
    copy = _COPY.search(said)
    return clean(said[: copy.start()] if copy else said, LONGEST_SAID)


def _complaint(blocks: list["Message[str, str]"]) -> str:
    for block in blocks:
        if "Feedback-Type" in block:
            return clean(_one(block, "Feedback-Type").lower(), 40) or "other"
    return ""


def _bounce_addresses(
    message: "Message[str, str]", blocks: list["Message[str, str]"]
) -> tuple[str, ...]:
    named = [str(one) for name in _CAME_TO for one in message.get_all(name, [])[:5]]
    named += [
        str(one) for each in blocks for name in _SENT_BY for one in each.get_all(name, [])[:5]
    ]
    found = (match.lower() for one in named for match in _BOUNCE.findall(one[:2000]))
    return tuple(dict.fromkeys(found))[:MOST]


def _message_ids(blocks: list["Message[str, str]"]) -> tuple[str, ...]:
    names = ("Message-ID", "Original-Message-ID")
    found = (_MESSAGE_ID.search(_one(each, name)) for each in blocks for name in names)
    return tuple(dict.fromkeys(one[1] for one in found if one))[:MOST]


def _key(message: "Message[str, str]", raw: bytes) -> str:
    """Return what two copies of one report have in common: servers on its way add headers."""
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1]
    named = _one(message, "Message-ID").encode("utf-8", "replace")
    return hashlib.sha256(named + b"\0" + re.sub(rb"\s+", b"", body)).hexdigest()


def _date(message: "Message[str, str]") -> str:
    try:
        found = email.utils.parsedate_to_datetime(_one(message, "Date"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""
