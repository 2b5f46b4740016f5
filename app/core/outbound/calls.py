"""One call, its deadline, and what came of it.

The deadline holds for everything together, also where the answer only drips. Redirects are answers
like others and not followed; proxies of the environment are not asked. Nothing here raises for what
the network does.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from http.client import HTTPException
from time import monotonic
from typing import Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from app.core.outbound import guard
from app.core.outbound.guard import Forbidden, Place, Target

MOST_BYTES: Final = 64 * 1024
"""Of an answer's body; a longer one is cut here."""
LONGEST_REASON: Final = 200
SHORTEST_WAIT: Final = 0.001
"""Seconds; a socket takes 0 for "do not wait at all"."""


class Outcome(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    """There is a status, whichever."""
    REFUSED = "refused"
    """The guard said no: nothing was sent, and never will be to this address."""
    UNREACHABLE = "unreachable"
    """No connection, or none that could be trusted, or it broke before the answer was whole."""
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"
    """There is a status, and the beginning of the body."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one call."""

    outcome: Outcome
    status: int = 0
    """The status code (RFC 9110, 15); 0 where none came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    """At most `MOST_BYTES`."""
    reason: str = ""
    """What happened where no answer came, in English, for logs and for who set the address."""
    is_sent: bool = False
    """True where the request may have arrived, whatever came back."""

    @property
    def is_success(self) -> bool:
        """True where the other side says that it took the request (2xx), however much it said."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    body: bytes | None
    headers: Mapping[str, str]


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, timeout: float, allow_private: bool
) -> Reply:
    """Send `body` to `url` and return what came of it within `timeout` seconds.

    `allow_private` also lets through plain http and addresses of inner networks, see
    `Settings.outbound_private`.
    """
    return _call(url, _Request("POST", body, headers), timeout, allow_private)


def get(url: str, headers: Mapping[str, str], *, timeout: float, allow_private: bool) -> Reply:
    """Fetch `url` under the same rules."""
    return _call(url, _Request("GET", None, headers), timeout, allow_private)


def _call(url: str, request: _Request, timeout: float, allow_private: bool) -> Reply:
    deadline = _Deadline(monotonic() + timeout)
    try:
        target = guard.target(url, allow_private)
        opened = _opened(guard.places(target, allow_private), deadline)
    except Forbidden as forbidden:
        return Reply(Outcome.REFUSED, reason=str(forbidden))
    except TimeoutError:
        return Reply(Outcome.TIMED_OUT, reason="no connection in time")
    except OSError as error:
        return Reply(Outcome.UNREACHABLE, reason=_reason(error))
    with deadline.cutting(opened):
        return _exchange(_connection(target, opened), target, request, deadline)


def _exchange(
    connection: HTTPConnection, target: Target, request: _Request, deadline: "_Deadline"
) -> Reply:
    is_sent, status, headers, body = False, 0, {}, b""
    outcome, reason = Outcome.ANSWERED, ""
    try:
        connection.connect()
        is_sent = True
        _send(connection, target, request)
        response = connection.getresponse()
        status = response.status
        headers = {name.lower(): value for name, value in response.headers.items()}
        for piece in iter(lambda: response.read(MOST_BYTES + 1), b""):
            body += piece
            if len(body) > MOST_BYTES:
                break
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        outcome, reason = Outcome.UNREACHABLE, _reason(error)
    finally:
        connection.close()
    if deadline.is_over:
        # A body that is cut looks whole where the other side named no length.
        outcome, reason = Outcome.TIMED_OUT, "no whole answer in time"
    elif len(body) > MOST_BYTES:
        outcome = Outcome.TOO_LARGE
    return Reply(outcome, status, headers, body[:MOST_BYTES], reason, is_sent)


def _send(connection: HTTPConnection, target: Target, request: _Request) -> None:
    connection.request(
        request.method,
        target.path,
        body=request.body,
        headers={"Host": target.authority, "User-Agent": "Kontor", **request.headers},
        preload_content=False,
        decode_content=False,
    )


class _Deadline:
    """When everything has to be over.

    A time-out of a socket is for each wait alone: who sends a byte every second could hold us for
    hours. So the connection is cut from beside.
    """

    def __init__(self, at: float) -> None:
        self._at = at

    @property
    def left(self) -> float:
        """Seconds, more than none."""
        return max(self._at - monotonic(), SHORTEST_WAIT)

    @property
    def is_over(self) -> bool:
        """True from then on."""
        return monotonic() >= self._at

    @contextmanager
    def cutting(self, opened: socket.socket) -> Iterator[None]:
        """Cut the connection when the time is over."""
        # A second handle on the same connection: TLS takes the first one over.
        handle = opened.dup()
        timer = threading.Timer(self.left, _cut, (handle,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            handle.close()


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _opened(places: list[Place], deadline: _Deadline) -> socket.socket:
    """Return a connection to the first place that takes one; raises `OSError` where none does."""
    failed: OSError = OSError("the name has no address")
    for family, place in places:
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.settimeout(deadline.left)
        try:
            opened.connect(place)
        except OSError as error:
            opened.close()
            failed = error
        else:
            return opened
    raise failed


class _Plain(HTTPConnection):
    """A connection that is open already."""

    opened: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.opened


class _Encrypted(HTTPSConnection):
    """The same; its certificate has to be one for the name."""

    opened: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.opened


def _connection(target: Target, opened: socket.socket) -> HTTPConnection:
    connection: _Plain | _Encrypted
    if target.is_encrypted:
        connection = _Encrypted(target.host, target.port, ssl_context=_trusted())
    else:
        connection = _Plain(target.host, target.port)
    connection.opened = opened
    return connection


@cache
def _trusted() -> ssl.SSLContext:
    """Return whom this machine trusts; read once, for it takes some milliseconds."""
    return ssl.create_default_context()


def _reason(error: Exception) -> str:
    """Say what happened in a few words; nothing of what was sent is in them."""
    for one in (error, error.__cause__, error.__context__, *error.args):
        if isinstance(one, ssl.SSLCertVerificationError):
            return f"certificate: {one.verify_message}"[:LONGEST_REASON]
        if isinstance(one, OSError) and one.strerror:
            return one.strerror[:LONGEST_REASON]
    return type(error).__name__
