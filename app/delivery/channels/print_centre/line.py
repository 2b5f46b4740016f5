"""A line to an SFTP server whose host key was confirmed by a person: opened, kept by its thread, closed.

Nothing is said to a host that shows another key: not even who we are (RFC 4251, 4.1).
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import asyncssh

from app.core.outbound import guard
from app.core.outbound.guard import Forbidden, Target
from app.delivery.channels.print_centre.keys import read_key

CONNECT_SECONDS: Final = 10.0
SIGN_IN_SECONDS: Final = 15.0
WORK_SECONDS: Final = 75.0
"""What handing one letter over may take on a slow line."""
BESIDE_SECONDS: Final = 2.0
"""How long a thread waits while another one tries the same host: the others have other work."""
CUT: Final = 300

asyncssh.set_log_level("WARNING")
T = TypeVar("T")


class Unavailable(OSError):
    """There is no way to the print centre just now; the message is for staff, in English."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which host, known by which keys, and who we are there."""

    host: str
    port: int
    username: str
    fingerprints: frozenset[str]
    """`SHA256:…` of the host keys that a person confirmed."""
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    allow_private: bool = False
    """See `Settings.outbound_private`."""


class _Watcher(asyncssh.SSHClient):
    """Compares the key that a host shows with those that were confirmed."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self.shown = ""

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Take a host for the right one only by its key."""
        self.shown = key.get_fingerprint()
        return self.shown in self.known


class Line:
    """One connection, for one thread; `close` it."""

    def __init__(self, where: Where) -> None:
        """Connect and sign in; raises `Unavailable`."""
        self.where = where
        self._runner = asyncio.Runner()
        self._watcher = _Watcher(where.fingerprints)
        self._connection: asyncssh.SSHClientConnection | None = None
        try:
            opened = reach(where)
            self._sftp = self._run(self._sign_in(opened), SIGN_IN_SECONDS)
        except BaseException as error:
            self.close()
            if isinstance(error, Unavailable) or not isinstance(error, Exception):
                raise
            raise Unavailable(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, asyncssh.HostKeyNotVerifiable):
            return f"the host shows another key: {self._watcher.shown or 'none'}"
        if isinstance(error, asyncssh.PermissionDenied):
            return f"the host does not let {self.where.username} in"
        return words(error)

    async def _sign_in(self, opened: socket.socket) -> asyncssh.SFTPClient:
        where = self.where
        keys = [read_key(where.private_key)] if where.private_key else None
        self._connection = await asyncssh.connect(
            where.host,
            where.port,
            sock=opened,
            config=None,
            known_hosts=([], [], []),
            client_factory=lambda: self._watcher,
            username=where.username,
            password=where.password or None,
            client_keys=keys,
            agent_path=None,
            gss_host=None,
            login_timeout=SIGN_IN_SECONDS,
        )
        return await self._connection.start_sftp_client()

    def do(
        self,
        work: Callable[[asyncssh.SFTPClient], Awaitable[T]],
        seconds: float = WORK_SECONDS,
    ) -> T:
        """Do something over the line; raises what the other side or the time does to it."""
        return self._run(work(self._sftp), seconds)

    def _run(self, work: Awaitable[T], seconds: float) -> T:
        return self._runner.run(_within(work, seconds))

    def lives(self) -> bool:
        """Say whether the other side still answers."""
        try:
            self.do(lambda sftp: sftp.realpath("."), CONNECT_SECONDS)
        except FAULTS:
            return False
        return True

    def close(self) -> None:
        """Hang up, without waiting for anybody."""
        if self._connection is not None:
            self._connection.abort()
        with suppress(*FAULTS, RuntimeError):
            self._runner.close()


FAULTS: Final = (asyncssh.Error, OSError, TimeoutError, EOFError, asyncio.IncompleteReadError)
"""What the other side or the network may do to us."""


async def _within(work: Awaitable[T], seconds: float) -> T:
    return await asyncio.wait_for(work, seconds)


def words(error: BaseException) -> str:
    """Say in English what happened; nothing of what was sent is in it."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    said = error.strerror if isinstance(error, OSError) else str(error)
    return f"{type(error).__name__}: {said or error}"[:CUT].rstrip(": ")


def reach(where: Where) -> socket.socket:
    """Return an open connection to a host that may be called; raises `Unavailable`."""
    target = Target(True, where.host, where.port, where.host, "")
    failed: OSError = OSError("the name has no address")
    try:
        for family, place in guard.places(target, where.allow_private):
            opened = socket.socket(family, socket.SOCK_STREAM)
            opened.settimeout(CONNECT_SECONDS)
            try:
                opened.connect(place)
            except OSError as error:
                opened.close()
                failed = error
            else:
                opened.setblocking(False)
                return opened
    except Forbidden as forbidden:
        raise Unavailable(f"not called: {forbidden}") from forbidden
    except OSError as error:
        failed = error
    raise Unavailable(words(failed)) from failed


def shown_key(where: Where) -> str:
    """Return the fingerprint of the key that a host shows to anybody; raises `Unavailable`."""
    opened = reach(where)
    try:
        asked = asyncssh.get_server_host_key(where.host, where.port, sock=opened, config=None)
        key = asyncio.run(_within(asked, SIGN_IN_SECONDS))
    except FAULTS as error:
        raise Unavailable(words(error)) from error
    finally:
        opened.close()
    if key is None:
        raise Unavailable("the host shows no key")
    return str(key.get_fingerprint())


_kept = threading.local()
_doors: dict[tuple[str, int], threading.Lock] = {}
_door = threading.Lock()


def line(where: Where) -> Line:
    """Return this thread's open line to a print centre; raises `Unavailable`.

    One thread of a process at a time tries to get in: where the host does not answer, it alone waits.
    """
    kept: Line | None = getattr(_kept, "line", None)
    if kept is not None and kept.where == where and kept.lives():
        return kept
    hang_up()
    with _door:
        door = _doors.setdefault((where.host, where.port), threading.Lock())
    if not door.acquire(timeout=BESIDE_SECONDS):
        raise Unavailable("the host has not answered yet")
    try:
        _kept.line = made = Line(where)
    finally:
        door.release()
    return made


def hang_up() -> None:
    """Close this thread's line, where it has one."""
    kept: Any = getattr(_kept, "line", None)
    if kept is not None:
        _kept.line = None
        kept.close()
