"""A mailbox in which mail that came back is collected: read over IMAP (RFC 9051), nothing removed."""

import base64
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit

from app.core.mail.apart import KEPT
from app.core.settings import LOOPBACK

SECONDS: Final = 30.0
"""For each answer of the server."""
AT_ONCE: Final = 50
"""Messages that are fetched at once."""
_UID: Final = re.compile(rb"\d+")


class MailboxError(OSError):
    """The mailbox could not be read; says why, without secrets."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where it is, and how one gets in."""

    host: str
    port: int
    is_encrypted: bool
    user: str
    password: str = field(repr=False)
    folder: str

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `imaps://user:password@host:port/FOLDER`; `imap://` for this machine only.

        Raises `ValueError` for anything else; its words have no secrets.
        """
        parts = urlsplit(url)
        is_encrypted = parts.scheme == "imaps"
        host, user, password = parts.hostname, parts.username, parts.password
        is_known = is_encrypted or (parts.scheme == "imap" and host in LOOPBACK)
        if not (is_known and host and user and password):
            raise ValueError("a mailbox is imaps://user:password@host/INBOX")
        return cls(
            host=host,
            port=parts.port or (993 if is_encrypted else 143),
            is_encrypted=is_encrypted,
            user=unquote(user),
            password=unquote(password),
            folder=unquote(parts.path.lstrip("/")) or "INBOX",
        )


def fetch(
    box: Mailbox, known: Callable[[Sequence[str]], set[str]]
) -> tuple[list[tuple[str, bytes]], bool]:
    """Return unseen messages with their keys, and whether there are more; outside of any transaction.

    `known` says which keys are kept already: only those are marked as seen. So nothing is lost, whoever
    dies when. Raises `OSError`.
    """
    with _opened(box) as line:
        validity = _select(line, box.folder)
        uids = _unseen(line)
        keys = {f"imap:{box.user}:{box.folder}:{validity}:{uid}": uid for uid in uids[:AT_ONCE]}
        kept = known(list(keys))
        if kept:
            marked = ",".join(keys[key] for key in keys if key in kept)
            _ok(line.uid("STORE", marked, "+FLAGS.SILENT", r"(\Seen)"))
        fresh = [(key, uid) for key, uid in keys.items() if key not in kept]
        return [(key, _message(line, uid)) for key, uid in fresh], len(uids) > AT_ONCE


@contextmanager
def _opened(box: Mailbox) -> Iterator[imaplib.IMAP4]:
    try:
        if box.is_encrypted:
            context = ssl.create_default_context()
            line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                box.host, box.port, ssl_context=context, timeout=SECONDS
            )
        else:
            line = imaplib.IMAP4(box.host, box.port, timeout=SECONDS)
        try:
            line.login(box.user, box.password)
            yield line
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                line.logout()
    except imaplib.IMAP4.error as error:
        # What the server says of a command; ours, with the password, is not in it.
        raise MailboxError(str(error)[:300].replace(box.password, "…")) from None
    except UnicodeError:
        raise MailboxError("user and password of the mailbox are ASCII") from None


def _select(line: imaplib.IMAP4, folder: str) -> str:
    """Open a folder; returns its UIDVALIDITY: with another one, the same numbers are other messages."""
    plain = _modified_utf7(folder)
    quoted = '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
    _ok(line.select(quoted))
    _kind, values = line.response("UIDVALIDITY")
    found = values[0] if values and values[0] else b"0"
    return found.decode("ascii", "replace")


def _modified_utf7(folder: str) -> str:
    """Return the name of a folder as it travels (RFC 3501 section 5.1.3)."""

    def shifted(found: re.Match[str]) -> str:
        octets = base64.b64encode(found[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return f"&{octets.decode('ascii')}-"

    return re.sub(r"[^ -~]+", shifted, folder.replace("&", "&-"))


def _unseen(line: imaplib.IMAP4) -> list[str]:
    found = _ok(line.uid("SEARCH", "UNSEEN"))
    return [uid.decode("ascii") for each in found if each for uid in _UID.findall(each)]


def _message(line: imaplib.IMAP4, uid: str) -> bytes:
    """Return the beginning of a message, as it lies there."""
    for each in _ok(line.uid("FETCH", uid, f"(BODY.PEEK[]<0.{KEPT}>)")):
        if isinstance(each, tuple):
            return bytes(each[1])
    raise MailboxError("the mailbox gave no message")


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise MailboxError(f"the mailbox said {answer[0]}")
    return answer[1]
