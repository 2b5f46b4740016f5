"""The same folders on an SFTP server of the intermediary, whose host key a person confirmed."""

import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncssh
from asyncssh import SFTPClient, SFTPError

from app.core import runtime
from app.delivery.channels.adapter import Setup
from app.delivery.channels.efaktura.folder import LARGEST, MOST_AT_ONCE, TRIAL, Lost, is_named
from app.delivery.channels.print_centre.line import FAULTS, Unavailable, Where, hang_up, line, words

AHEAD: Final = 60.0
"""Seconds by which a server's clock may be ahead before its times say nothing."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Remote:
    """One partner's folders, as seen after signing in."""

    where: Where
    out: str
    incoming: str
    done: str
    taken: str
    """Where the intermediary keeps what it fetched; empty: it keeps nothing."""

    def prepare(self) -> None:
        """Make the folder of what was read; the others are the intermediary's. Raises `OSError`."""
        self._do(lambda sftp: sftp.makedirs(self.done, exist_ok=True))

    def hand_over(self, name: str, content: bytes) -> None:
        """Put a file into `out`, whole or not at all; raises `OSError`, `Lost` once it may be there."""
        target = f"{self.out}/{name}"
        part = f"{target}.{secrets.token_hex(4)}.part"  # two attempts write no file together
        self._do(lambda sftp: _write(sftp, part, content))
        try:
            self._do(lambda sftp: _rename(sftp, part, target))
        except OSError as error:
            raise Lost(str(error)) from error

    def try_writing(self) -> None:
        """Write a file into `out` and remove it again; raises `OSError`."""
        self._do(lambda sftp: _try(sftp, f"{self.out}/{TRIAL}"))

    def has(self, name: str) -> bool:
        """Say whether a file lies in `out`, or where the intermediary keeps what it fetched."""
        places = [f"{folder}/{name}" for folder in (self.out, self.taken) if folder]
        return self._do(lambda sftp: _any(sftp, places))

    def arrived(self, quiet: float) -> Iterator[tuple[str, bytes | None]]:
        """Yield name and content of what arrived and does not change any more, see `Folder.arrived`."""
        yield from self._do(lambda sftp: _read(sftp, self.incoming, quiet))

    def put_aside(self, name: str, where: str) -> None:
        """Move a file that was read; that it is gone does no harm. Raises `OSError`."""
        target = f"{self.done}/{name}" if where == "done" else f"{self.done}/failed-{name}"
        self._do(lambda sftp: _replace(sftp, f"{self.incoming}/{name}", target))

    def forget(self) -> None:
        """Leave what was read to the intermediary: it is its server."""

    def shown(self) -> str:
        """Return where this is, for staff."""
        return f"{self.where.host}:{self.where.port}"

    def _do(self, work: Callable[[SFTPClient], Awaitable[T]]) -> T:
        try:
            return line(self.where).do(work)
        except FAULTS as error:
            hang_up()
            if isinstance(error, Unavailable):
                raise
            raise Unavailable(words(error)) from error


async def _write(sftp: SFTPClient, path: str, content: bytes) -> None:
    async with sftp.open(path, "wb") as file:
        await file.write(content)
    found = await sftp.stat(path)
    if found.size != len(content):
        raise SFTPError(4, f"{found.size} of {len(content)} bytes were kept")


async def _try(sftp: SFTPClient, path: str) -> None:
    await _write(sftp, path, b"")
    await sftp.remove(path)


async def _rename(sftp: SFTPClient, part: str, target: str) -> None:
    try:
        # Version 3 of the protocol renames to nothing that is there: two attempts leave one file.
        await sftp.rename(part, target)
    except SFTPError:
        if not await sftp.exists(target):
            raise
        with suppress(SFTPError):
            await sftp.remove(part)


async def _replace(sftp: SFTPClient, old: str, new: str) -> None:
    with suppress(asyncssh.SFTPNoSuchFile):
        try:
            await sftp.posix_rename(old, new)
        except asyncssh.SFTPOpUnsupported:
            with suppress(asyncssh.SFTPNoSuchFile):
                await sftp.remove(new)
            await sftp.rename(old, new)


async def _any(sftp: SFTPClient, places: list[str]) -> bool:
    for place in places:
        if await sftp.exists(place):
            return True
    return False


async def _read(sftp: SFTPClient, folder: str, quiet: float) -> list[tuple[str, bytes | None]]:
    there = sorted(await sftp.readdir(folder), key=lambda one: str(one.filename))
    ready = [one for one in there if _is_complete(one, time.time(), quiet)][:MOST_AT_ONCE]
    return [(str(one.filename), await _content(sftp, folder, one)) for one in ready]


def _is_complete(one: Any, now: float, quiet: float) -> bool:
    is_file = one.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR
    changed = float(one.attrs.mtime or 0)
    is_quiet = changed <= now - quiet or changed > now + AHEAD
    return is_file and is_quiet and is_named(str(one.filename))


async def _content(sftp: SFTPClient, folder: str, one: Any) -> bytes | None:
    if (one.attrs.size or 0) > LARGEST:
        return None
    async with sftp.open(f"{folder}/{one.filename}", "rb") as file:
        content: bytes = await file.read(LARGEST + 1)
    return content if len(content) <= LARGEST else None


def remote_of(setup: Setup) -> Remote:
    """Return the folders on a server; those of the test mode lie apart (B2-23)."""
    values, secrets = setup.values, setup.secrets
    before = "test_" if setup.is_test else ""
    return Remote(
        where=Where(
            host=str(values.get("host") or ""),
            port=int(values.get("port") or 22),
            username=str(values.get("username") or ""),
            fingerprints=frozenset(str(values.get("fingerprints") or "").split()),
            password=str(secrets.get("password") or ""),
            private_key=str(secrets.get("private_key") or ""),
            allow_private=runtime.current().settings.outbound_private,
        ),
        out=_path(values, f"{before}requests", "test/out" if setup.is_test else "out"),
        incoming=_path(values, f"{before}responses", "test/in" if setup.is_test else "in"),
        done=_path(values, "read", "done"),
        taken="" if setup.is_test else _path(values, "taken", ""),
    )


def _path(values: Any, name: str, usual: str) -> str:
    written = str(values.get(name) or usual)
    return written.rstrip("/") or written
