"""Where mail goes out, and what one attempt can end with."""

import ipaddress
import re
import socket
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from app.core.errors import Invalid
from app.core.mail.headers import clean

_LONGEST_TEXT: Final = 500
_ENHANCED: Final = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")


class Outcome(StrEnum):
    """How one attempt ended.

    `temporary` and `permanent` are about this mail; `unavailable` is about the server (nothing was
    sent, and no other mail would be); `unknown`: the mail was handed over whole and the answer was
    lost, so that it may or may not have been accepted (RFC 1047).
    """

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """The step of the conversation that gave the answer (RFC 5321 section 3)."""

    CONNECT = "connect"
    GREETING = "greeting"
    HELLO = "hello"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    END_OF_DATA = "end-of-data"


@dataclass(frozen=True)
class Answer:
    """What the server said: `code` by RFC 5321, `enhanced` by RFC 3463, `text` at most 500 long.

    `code` is None where no answer came; `text` then says what happened, in English, for the log.
    """

    outcome: Outcome
    code: int | None
    enhanced: str | None
    text: str
    at_stage: Stage

    @classmethod
    def said(cls, outcome: Outcome, code: int | None, text: bytes | str, stage: Stage) -> Self:
        """Return an answer with its text cleaned of controls and its enhanced code read."""
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        line = clean(words, _LONGEST_TEXT)
        enhanced = _ENHANCED.match(line)
        return cls(outcome, code, enhanced[1] if enhanced else None, line, stage)


class Security(StrEnum):
    """How the connection is encrypted: from its first byte, or by STARTTLS (RFC 3207)."""

    IMPLICIT = "implicit"
    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "no"


@dataclass(frozen=True)
class Transport:
    """One SMTP server. Timeouts in seconds; `total_timeout` is for one mail, connecting included.

    `authority` is a file with the certificates to trust, empty for those of the system; `name` is
    what we call ourselves in EHLO.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""
    name: str = "[127.0.0.1]"
    connect_timeout: float = 10.0
    total_timeout: float = 30.0
    mails_per_connection: int = 100

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://user:password@host:port?starttls=required|optional|no` or `smtps://…`.

        Further options: `ca` (a file with certificates to trust) and `name` (for EHLO). Without
        `starttls`, it is required, except on this machine itself. Raises `Invalid` for anything
        else, and where a password would cross a network without a verified certificate.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in "/":
            raise Invalid("a mail server is smtp://host:port or smtps://host:port")
        if not unquote(url).isascii() or any(len(part) > 63 for part in parts.hostname.split(".")):
            raise Invalid("the name, the user and the password of a mail server are ASCII")
        if unknown := options.keys() - {"starttls", "ca", "name"}:
            raise Invalid(f"the mail server has unknown options: {', '.join(sorted(unknown))}")
        security = _security(parts.scheme, options.get("starttls"), parts.hostname)
        guarded = security in (Security.IMPLICIT, Security.REQUIRED)
        if parts.username and not guarded and not _is_here(parts.hostname):
            raise Invalid("a mail server with a password needs smtps:// or starttls=required")
        return cls(
            host=parts.hostname,
            port=_port(url) or _default_port(security, bool(parts.username)),
            security=security,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            authority=options.get("ca", ""),
            name=_own_name(options.get("name", "")),
        )


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError as error:
        raise Invalid("the port of the mail server is not a number up to 65535") from error


def _default_port(security: Security, with_user: bool) -> int:
    if security is Security.IMPLICIT:
        return 465
    return 587 if with_user else 25


def _security(scheme: str, wish: str | None, host: str) -> Security:
    if scheme == "smtps":
        if wish is not None:
            raise Invalid("smtps:// is encrypted from its first byte and takes no starttls")
        return Security.IMPLICIT
    if wish is None:
        return Security.OPTIONAL if _is_here(host) else Security.REQUIRED
    if wish not in ("required", "optional", "no"):
        raise Invalid("starttls is required, optional or no")
    return Security(wish)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _own_name(wish: str) -> str:
    # An EHLO name is a domain with a dot or an address literal (RFC 5321 section 4.1.3).
    name = wish or socket.gethostname()
    if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name):
        return name
    if wish:
        raise Invalid("the name for EHLO is a full domain name")
    return "[127.0.0.1]"
