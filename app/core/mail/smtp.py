"""One SMTP conversation, step by step, so that every way it can end gets its true name."""

import io
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final

from app.core.mail.headers import mailbox
from app.core.mail.transport import Answer, Outcome, Security, Stage, Transport

_CHUNK: Final = 16384
_LONGEST_REPLY: Final = 65536
_SLOWEST: Final = 256 * 1024
"""Octets a second that a line has to carry: files get the time that they need, and no lease runs out."""

_FAREWELL: Final = 2.0
"""Seconds for QUIT: the mail is decided by then."""

_PROBE: Final = 5.0
"""Seconds for RSET on a connection that is used again."""

_OUR_FAULT: Final = {421, 530, 534, 535, 538}
"""Shutting down, and authentication wanted or refused (RFC 4954): not about this mail."""

_BEFORE_THE_MAIL: Final = (Stage.CONNECT, Stage.GREETING, Stage.HELLO, Stage.TLS, Stage.LOGIN)
_LOST: Final = {
    **dict.fromkeys(_BEFORE_THE_MAIL, Outcome.UNAVAILABLE),
    # Counted as an attempt of this mail: it may be the very mail that makes the server hang up.
    **dict.fromkeys((Stage.SENDER, Stage.RECIPIENT, Stage.DATA), Outcome.TEMPORARY),
    Stage.END_OF_DATA: Outcome.UNKNOWN,
}
"""What it means when no readable answer came."""


class _Line(smtplib.SMTP):
    """An `smtplib.SMTP` whose every wait, together, ends at one deadline."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(local_hostname=transport.name, timeout=transport.connect_timeout)
        self.transport = transport
        self.deadline = 0.0
        self._host = transport.host  # what smtplib's starttls verifies the certificate against

    def remaining(self) -> float:
        seconds = self.deadline - monotonic()
        if seconds <= 0:
            raise TimeoutError("the time for one mail is over")
        return seconds

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        seconds = min(timeout, self.remaining())
        plain = socket.create_connection((host, port), seconds)
        # The last dot is a small packet of its own; Nagle would hold it for 40 ms.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.transport.security is not Security.IMPLICIT:
            return plain
        try:
            return _context(self.transport).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_Reader(self))
        return super().getreply()

    def send(self, s: str | bytes | bytearray) -> None:  # type: ignore[override]
        octets = s.encode("ascii") if isinstance(s, str) else bytes(s)
        for start in range(0, len(octets), _CHUNK):
            if self.sock is not None:
                self.sock.settimeout(self.remaining())
            super().send(octets[start : start + _CHUNK])

    def body(self, message: bytes) -> tuple[int, bytes]:
        """Send everything but the last dot; nothing is answered yet."""
        lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message.rstrip(b"\r\n"))
        self.send(re.sub(rb"(?m)^\.", b"..", lines) + b"\r\n")  # RFC 5321 section 4.5.2
        self.remaining()
        return 0, b""


class _Reader(io.RawIOBase):
    """Reads answers; dropped at STARTTLS, and with it whatever came in clear (RFC 3207)."""

    def __init__(self, line: _Line) -> None:
        self.line = line
        self.received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        sock = self.line.sock
        if sock is None:
            return 0
        sock.settimeout(self.line.remaining())
        count = sock.recv_into(buffer)
        self.received += count
        if self.received > _LONGEST_REPLY * self.line.transport.mails_per_connection:
            raise ConnectionAbortedError("the server answers without end")
        return count


class _Ended(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


def _context(transport: Transport) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=transport.authority or None)
    if transport.security is Security.OPTIONAL:
        # Opportunistic (RFC 7435): an unverified certificate still beats no encryption at all.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Session:
    """One connection at a time to `transport`, opened when needed; not for two threads at once."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._line: _Line | None = None
        self._sent = 0

    def send(
        self, envelope_sender: str, recipient: str, message: bytes, envelope_id: str = ""
    ) -> Answer:
        """Hand over `message` (RFC 5322, CRLF) for one recipient and return how that ended.

        An empty `envelope_sender` is the null reverse-path. With an `envelope_id`, a server that can
        is asked to report what becomes of the mail (RFC 3461). Never raises for what the server or
        the network does; raises `Invalid` for an address that is none, before anything is sent.
        """
        sender = mailbox(envelope_sender) if envelope_sender else ""
        address = mailbox(recipient)
        try:
            line = self._ready()
            options = _wishes(line, envelope_id, address)
            answer = self._hand_over(line, sender, address, message, options)
        except _Ended as ended:
            answer = ended.answer
        if not _in_step(answer):
            self._drop()
        return answer

    def close(self) -> None:
        """Say goodbye; what was answered before stays as it was answered."""
        if self._line is not None:
            self._line.deadline = monotonic() + _FAREWELL
            with suppress(OSError, smtplib.SMTPException):
                self._line.quit()
        self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.close()
        self._line, self._sent = None, 0

    def _ready(self) -> _Line:
        deadline = monotonic() + self._transport.total_timeout
        if self._line is not None:
            # A connection that a firewall forgot stays silent: that must not cost the whole time.
            self._line.deadline = monotonic() + _PROBE
            if self._sent < self._transport.mails_per_connection and _is_fresh(self._line):
                self._line.deadline = deadline
                return self._line
            self.close()
        self._line = _Line(self._transport)
        self._line.deadline = deadline
        _open(self._line)
        return self._line

    def _hand_over(
        self, line: _Line, sender: str, recipient: str, message: bytes, wishes: "_Wishes"
    ) -> Answer:
        self._sent += 1
        size = [f"size={len(message)}"] if line.has_extn("size") else []
        _expect(250, lambda: line.mail(sender, [*size, *wishes[0]]), Stage.SENDER)
        _expect(250, lambda: line.rcpt(recipient, wishes[1]), Stage.RECIPIENT)
        _expect(354, lambda: line.docmd("data"), Stage.DATA)
        line.deadline += len(message) / _SLOWEST
        _ask(lambda: line.body(message), Stage.DATA)
        # Without this dot the server must not deliver; from here on only its answer tells.
        return _expect(250, lambda: line.docmd("."), Stage.END_OF_DATA)


_Wishes = tuple[list[str], list[str]]
"""What is said with MAIL and with RCPT beside the addresses."""


def _wishes(line: _Line, envelope_id: str, recipient: str) -> _Wishes:
    """Return how a report of every outcome is asked for, where the server can (RFC 3461 section 4)."""
    if not (envelope_id and line.has_extn("dsn")):
        return [], []
    return (
        ["RET=HDRS", f"ENVID={_xtext(envelope_id)}"],
        ["NOTIFY=SUCCESS,FAILURE,DELAY", f"ORCPT=rfc822;{_xtext(recipient)}"],
    )


def _xtext(value: str) -> str:
    return re.sub(r"[^!-~]|[+=]", lambda one: f"+{ord(one[0]):02X}", value)


def _open(line: _Line) -> None:
    transport = line.transport
    _expect(220, lambda: line.connect(transport.host, transport.port), Stage.CONNECT)
    _expect(250, line.ehlo, Stage.HELLO)
    if transport.security in (Security.REQUIRED, Security.OPTIONAL):
        offered = line.has_extn("starttls")
        if offered:
            _expect(220, lambda: line.starttls(context=_context(transport)), Stage.TLS)
            _expect(250, line.ehlo, Stage.HELLO)
        elif transport.security is Security.REQUIRED:
            raise _ended(Outcome.UNAVAILABLE, None, "STARTTLS is not offered", Stage.TLS)
    if transport.user:
        _expect(235, lambda: line.login(transport.user, transport.password), Stage.LOGIN)


def _is_fresh(line: _Line) -> bool:
    try:
        code, _ = line.rset()
    except (OSError, smtplib.SMTPException):
        return False
    return code == 250


def _in_step(answer: Answer) -> bool:
    # After an answer that does not fit, the next one could be taken for another mail's.
    if answer.outcome in (Outcome.TEMPORARY, Outcome.PERMANENT):
        return answer.code is not None and 400 <= answer.code <= 599
    return answer.outcome is Outcome.ACCEPTED


def _expect(wanted: int, command: Callable[[], tuple[int, bytes]], stage: Stage) -> Answer:
    code, text = _ask(command, stage)
    if stage is Stage.CONNECT:
        stage = Stage.GREETING
    accepted = code // 100 == wanted // 100
    known = code if 100 <= code <= 599 else None
    answer = Answer.said(_meaning(code, accepted, stage), known, text, stage)
    if not accepted:
        raise _Ended(answer)
    return answer


def _meaning(code: int, accepted: bool, stage: Stage) -> Outcome:
    if accepted:
        return Outcome.ACCEPTED
    if code in _OUR_FAULT or stage in _BEFORE_THE_MAIL:
        return Outcome.UNAVAILABLE
    if 500 <= code <= 599:
        return Outcome.PERMANENT
    if 400 <= code <= 499:
        return Outcome.TEMPORARY
    return _LOST[stage]


def _ask(command: Callable[[], tuple[int, bytes]], stage: Stage) -> tuple[int, bytes]:
    try:
        return command()
    except smtplib.SMTPResponseException as error:
        if stage in _BEFORE_THE_MAIL:
            said = error.smtp_error
            raise _ended(Outcome.UNAVAILABLE, error.smtp_code, said, stage) from error
        raise _ended(_LOST[stage], None, "the answer cannot be read", stage) from error
    except (OSError, smtplib.SMTPException) as error:
        reason = str(error) or type(error).__name__
        raise _ended(_LOST[stage], None, reason, stage) from error


def _ended(outcome: Outcome, code: int | None, text: bytes | str, stage: Stage) -> _Ended:
    return _Ended(Answer.said(outcome, code, text, stage))


@contextmanager
def connected(transport: Transport) -> Iterator[Session]:
    """Yield a session that keeps its connection from mail to mail, for one thread."""
    session = Session(transport)
    try:
        yield session
    finally:
        session.close()


def send(transport: Transport, envelope_sender: str, recipient: str, message: bytes) -> Answer:
    """Hand over one message for one recipient on a connection of its own; see `Session.send`."""
    with connected(transport) as session:
        return session.send(envelope_sender, recipient, message)
