"""The official EN 16931 rules, run by one long-lived rule server per machine.

Whoever needs it first starts it, under a file lock; whoever waits too long for an answer ends it.
A document that could not be checked is never called valid.
"""

import fcntl
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from app.documents.formats.draft import Question
from app.documents.formats.profiles import Profile
from app.documents.rules.findings import Finding, Severity

SOCKET_NAME: Final = "rules.sock"
PATIENT_SOCKET: Final = "rules-large.sock"
"""Large invoices have a server of their own: nobody waits behind them."""

LARGE: Final = 2_000_000
"""Characters of XML from which an invoice is large: some 1,500 lines."""
LARGE_SECONDS: Final = 60.0
LARGE_MEGABYTES: Final = 1536
LARGE_IDLE_SECONDS: Final = 120.0
TOO_LARGE: Final = 14_000_000
"""Characters of XML that the rules are not asked about any more: they would take over a minute."""
PATH_LIMIT: Final = 100
"""Bytes that the path of a unix socket may have: 104 on macOS, 108 on Linux, with its end."""

IDLE_SECONDS: Final = 900.0
START_SECONDS: Final = 30.0
ATTEMPTS: Final = 2

FACTURX_RULE: Final = "FX-PROFILE"
"""Our name for those rules of Factur-X that have none: an element the profile does not use."""

_SEVERITIES: Final = {"warning": Severity.WARNING, "information": Severity.INFORMATION}
_NAMESPACES: Final = re.compile(r"\*:|\[namespace-uri\(\)='[^']*'\]")
_PROJECT: Final = Path(__file__).resolve().parents[3]
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class NotChecked:
    """The official rules did not run; `reason` is for logs: "no rules", "time", "server", …."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooLarge(NotChecked):
    """The invoice is larger than `TOO_LARGE`."""

    reason: str = "too large"


class _ServerGoneError(Exception):
    """The server ended while it was asked; a new one may do better."""


class RuleEngine:
    """Client of the rule server.

    `runtime_dir` (made with mode 0700) holds its socket, its lock and its log. One document may
    take `seconds`; the server may have `memory_mb` megabytes; it ends after `idle_seconds` without
    work.
    """

    def __init__(
        self,
        runtime_dir: Path,
        *,
        seconds: float = 20,
        memory_mb: int = 1024,
        idle_seconds: float = IDLE_SECONDS,
        socket_name: str = SOCKET_NAME,
    ) -> None:
        self.runtime_dir = runtime_dir
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.idle_seconds = idle_seconds
        self.socket_name = socket_name

    def ask(self, question: Question) -> list[Finding] | NotChecked:
        """Return what the official rules find, in English, as their authors wrote it.

        Never raises for what is in the XML, and returns in bounded time. The XML is not parsed
        here. A large invoice has more time and a server of its own.
        """
        if len(question.xml) > TOO_LARGE:
            return TooLarge()
        engine = self.patient() if len(question.xml) > LARGE else self
        request = json.dumps({"stylesheet": question.profile.value, "xml": question.xml})
        try:
            failures = engine._ask(request)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return NotChecked(f"{type(error).__name__}: {error}")
        if isinstance(failures, NotChecked):
            return failures
        return [_finding(question.profile, *failure) for failure in failures]

    def patient(self) -> "RuleEngine":
        """Return the engine for large invoices."""
        return RuleEngine(
            self.runtime_dir,
            seconds=max(self.seconds, LARGE_SECONDS),
            memory_mb=max(self.memory_mb, LARGE_MEGABYTES),
            idle_seconds=min(self.idle_seconds, LARGE_IDLE_SECONDS),
            socket_name=PATIENT_SOCKET,
        )

    def _ask(self, request: str) -> list[list[str]] | NotChecked:
        for _ in range(ATTEMPTS):
            with suppress(_ServerGoneError), self._connected() as connection:
                return self._exchange(connection, request)
        return NotChecked("the rule server ended while it checked")

    def _exchange(self, connection: socket.socket, request: str) -> list[list[str]] | NotChecked:
        """Wait for our turn, then for the answer; a document over its time ends the server."""
        with connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
            connection.settimeout(START_SECONDS + min(self.seconds, 20.0))
            process = int(_line(stream)["process"])
            connection.settimeout(self.seconds)
            try:
                _say(stream, request)
                answer = _line(stream)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                return NotChecked("the document took longer than its time")
        if "failures" not in answer:
            return NotChecked(str(answer.get("error", "no answer")))
        failures: list[list[str]] = answer["failures"]
        return failures

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        path = self.folder() / self.socket_name
        connection = _connect(path) or self._start(path)
        with connection:
            yield connection

    def _start(self, path: Path) -> socket.socket:
        """Start the server unless somebody else just did; raises `OSError` where it cannot."""
        with _locked(path.with_suffix(".lock")):
            connection = _connect(path)
            if connection is None:
                path.unlink(missing_ok=True)
                self._launch(path)
                connection = _connect(path)
        if connection is None:
            raise OSError("the rule server does not listen")
        return connection

    def _launch(self, path: Path) -> None:
        limits = (str(self.seconds), str(self.memory_mb), str(self.idle_seconds))
        with path.with_suffix(".log").open("wb") as log:
            subprocess.run(  # noqa: S603 - our own module, with our own numbers
                [sys.executable, "-m", "app.documents.formats.rule_server", str(path), *limits],
                cwd=_PROJECT,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=START_SECONDS,
                check=True,
            )

    def folder(self) -> Path:
        """Return the private folder of the socket; a path too long for a socket moves elsewhere."""
        folder = self.runtime_dir
        if len(os.fsencode(folder.absolute() / PATIENT_SOCKET)) > PATH_LIMIT:
            digest = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"kontor-{os.getuid()}-{digest}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat(follow_symlinks=False)
        if status.st_uid != os.getuid() or status.st_mode & 0o077:
            raise OSError(f"{folder} is not private (mode 0700, own user)")
        return folder.absolute()


def _connect(path: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(START_SECONDS)
    try:
        connection.connect(str(path))
    except (ConnectionError, FileNotFoundError):
        connection.close()
        return None
    return connection


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of the starters; raises `TimeoutError` where somebody holds it too long."""
    deadline = time.monotonic() + START_SECONDS
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TimeoutError("the rule server is being started for too long") from None
                time.sleep(0.02)
        yield


def _say(stream: TextIO, text: str) -> None:
    try:
        stream.write(text + "\n")
        stream.flush()
    except ConnectionError as error:
        raise _ServerGoneError from error


def _line(stream: TextIO) -> dict[str, Any]:
    try:
        text = stream.readline()
    except ConnectionError as error:
        raise _ServerGoneError from error
    if not text.endswith("\n"):
        raise _ServerGoneError
    answer: dict[str, Any] = json.loads(text)
    return answer


def _finding(profile: Profile, rule: str, flag: str, location: str, text: str) -> Finding:
    rule = rule or FACTURX_RULE
    severity = _SEVERITIES.get(flag, Severity.FATAL)
    # The shipped EN 16931 rules for CII also hold what Factur-X asks beyond EN 16931. A pure CII
    # invoice is allowed not to follow that.
    if profile is Profile.EN_16931 and rule.startswith("FX-") and severity is Severity.FATAL:
        severity = Severity.WARNING
    return Finding(rule, severity, text, _NAMESPACES.sub("", location), language="en")
