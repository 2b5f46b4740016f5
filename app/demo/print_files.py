"""The SFTP server of the stand-in for a print centre: who may come in, and what goes wrong with files."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncssh

USER: Final = "kontor"
PASSWORD: Final = "demonstration"  # noqa: S105 - of a stand-in on this machine

Choice = Callable[[str, str], str]
"""Operation (`write`, `rename`) and name of a file → what goes wrong.

`full`: the disk is; `cut`: the connection ends in the middle; `kept`: it ends after the work was done;
`slow`: it takes a second; empty: nothing.
"""


def nothing(_operation: str, _name: str) -> str:
    """Let everything go right."""
    return ""


@dataclass
class Books:
    """What the print centre knows of itself."""

    taken: Counter[str] = field(default_factory=Counter)
    """How often a letter of a reference was taken to be printed."""
    refused: Counter[str] = field(default_factory=Counter)
    """What was taken and could not be printed: no PDF, or another than the manifest names."""
    sessions: int = 0
    faults: Counter[str] = field(default_factory=Counter)


class Faults:
    """What goes wrong at a print centre, and what it knows of itself."""

    def __init__(self) -> None:
        self.key: asyncssh.SSHKey | None = None
        """Who may come in by a key; None: by the password."""
        self.refuses = False
        self.choice: Choice = nothing
        self.books = Books()
        self.sessions: list[asyncssh.SSHServerConnection] = []


class Door(asyncssh.SSHServer):
    """Who may come in; the names of its methods are asyncssh's."""

    def __init__(self, centre: Faults) -> None:
        self.centre = centre

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Note who came."""
        self.centre.books.sessions += 1
        self.centre.sessions.append(conn)

    def begin_auth(self, username: str) -> bool:
        """Ask everybody who they are."""
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords where no key was named."""
        return self.centre.key is None

    def validate_password(self, username: str, password: str) -> bool:
        """Compare name and password."""
        return username == USER and password == PASSWORD and not self.centre.refuses

    def public_key_auth_supported(self) -> bool:
        """Take keys where one was named."""
        return self.centre.key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Compare name and key."""
        return username == USER and key == self.centre.key and not self.centre.refuses


class Files(asyncssh.SFTPServer):
    """The files of one session, with what goes wrong."""

    def __init__(
        self, channel: asyncssh.SSHServerChannel[bytes], folder: Path, centre: Faults
    ) -> None:
        super().__init__(channel, chroot=str(folder).encode())
        self.centre = centre

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write a piece of a file."""
        name = os.fsdecode(getattr(file_obj, "name", b""))
        fault = self._fault("write", name)
        if fault == "cut":
            super().write(file_obj, offset, data[: len(data) // 2])
            raise self._cut()
        if fault == "slow":
            await asyncio.sleep(1)
        written = super().write(file_obj, offset, data)
        assert isinstance(written, int)
        if fault == "kept":
            raise self._cut()
        return written

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give a file a name that nothing has yet."""
        await self._renamed(super().rename, oldpath, newpath)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Give a file a name, whatever had it."""
        await self._renamed(super().posix_rename, oldpath, newpath)

    async def _renamed(self, rename: Callable[..., Any], old: bytes, new: bytes) -> None:
        fault = self._fault("rename", new.decode())
        if fault == "cut":
            raise self._cut()
        if fault == "slow":
            await asyncio.sleep(1)
        rename(old, new)
        if fault == "kept":
            raise self._cut()

    def _fault(self, operation: str, name: str) -> str:
        fault = self.centre.choice(operation, name)
        if fault:
            self.centre.books.faults[f"{operation} {fault}"] += 1
        if fault == "full":
            raise asyncssh.SFTPFailure("No space left on device")
        return fault

    def _cut(self) -> Exception:
        self.channel.get_connection().abort()
        return asyncssh.SFTPConnectionLost("cut")


def at_random(chance: random.Random, share: float) -> Choice:
    """Return a choice that lets a share of the work go wrong in every way."""
    ways = ("full", "cut", "kept", "slow")

    def choose(_operation: str, _name: str) -> str:
        return chance.choice(ways) if chance.random() < share else ""

    return choose
