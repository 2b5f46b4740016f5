"""Reading the mails that the catcher kept: for the demo's web view and for tests."""

import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from app.core.errors import Missing
from app.core.mail import clean

_ID: Final = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}")
_LINK: Final = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class CaughtLetter:
    """One mail: the envelope is what SMTP said; `sender`, `recipient` and `subject` what it shows.

    `text`, `html`, `links` (http and https, each once, in order) and `headers` (the message's own,
    in order) are filled by `letter` only. Nothing here is safe to show unescaped.
    """

    id: str
    received_at: datetime
    envelope_sender: str
    envelope_recipients: tuple[str, ...]
    sender: str
    recipient: str
    subject: str
    text: str = ""
    html: str = ""
    links: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def letters(folder: Path, limit: int = 100) -> list[CaughtLetter]:
    """Return the newest mails of `folder`, newest first, without their bodies."""
    names = (path.stem for path in folder.glob("*.eml") if _ID.fullmatch(path.stem))
    return [_read(folder, name, whole=False) for name in sorted(names, reverse=True)[:limit]]


def letter(folder: Path, id: str) -> CaughtLetter:  # noqa: A002 - the field's own name
    """Return one mail with its bodies, links and headers; raises `Missing`."""
    if not _ID.fullmatch(id) or not (folder / f"{id}.eml").is_file():
        raise Missing
    return _read(folder, id, whole=True)


def _read(folder: Path, name: str, *, whole: bool) -> CaughtLetter:
    # The catcher writes two lines before the message: whom it came from, and for whom.
    sender, recipients, octets = (folder / f"{name}.eml").read_bytes().split(b"\r\n", 2)
    content = octets if whole else octets.partition(b"\r\n\r\n")[0]
    message = email.message_from_bytes(content, policy=SMTP)
    text, html = (_body(message, kind) if whole else "" for kind in ("plain", "html"))
    return CaughtLetter(
        id=name,
        received_at=datetime.fromtimestamp(int(name[:16], 16) / 1e9, UTC),
        envelope_sender="".join(_addresses(sender)),
        envelope_recipients=_addresses(recipients),
        sender=clean(str(message.get("From", ""))),
        recipient=clean(str(message.get("To", ""))),
        subject=clean(str(message.get("Subject", ""))),
        text=text,
        html=html,
        links=_links(text, html),
        headers=tuple((key, str(value)) for key, value in message.items()) if whole else (),
    )


def _addresses(line: bytes) -> tuple[str, ...]:
    return tuple(re.findall(r"<([^>]*)>", line.decode("utf-8", "replace")))


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    content = part.get_content() if part is not None else ""
    return str(content).replace("\r\n", "\n")


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for key, value in attrs if key == "href" and value]


def _links(text: str, html: str) -> tuple[str, ...]:
    anchors = _Anchors()
    anchors.feed(html)
    written = (link.rstrip(".,;:)") for link in _LINK.findall(text))
    return tuple(dict.fromkeys([*written, *filter(_LINK.fullmatch, anchors.found)]))
