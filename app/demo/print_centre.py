"""A stand-in for a print centre on this machine: an SFTP server, somebody who takes letters, and faults.

`python -m app.demo.print_centre --port 2222 --folder letters`. Nothing is printed: letters are taken
from `in`, acknowledged at once and reported as posted later, by files in `out`.
"""

import argparse
import asyncio
import csv
import json
import os
import random
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Final, Self

import asyncssh

HOST: Final = "127.0.0.1"
USER: Final = "kontor"
PASSWORD: Final = "demonstration"  # noqa: S105 - of a stand-in on this machine
FOLDERS: Final = ("in/processed", "test", "out/done")
HOST_KEY: Final = "host_key"
ROUND: Final = 0.2
"""Seconds between two looks at the folder of letters."""
POSTED_AFTER: Final = 3.0

Choice = Callable[[str, str], str]
"""Operation (`write`, `rename`) and name of a file → what goes wrong.

`full`: the disk is; `cut`: the connection ends in the middle; `kept`: it ends after the work was done;
`slow`: it takes a second; empty: nothing.
"""
Acknowledges = Callable[[str], str]
"""Reference → `once`, `twice`, `late`, `never`, `rejected`."""


def nothing(_operation: str, _name: str) -> str:
    """Let everything go right."""
    return ""


def always(_reference: str) -> str:
    """Acknowledge every letter once."""
    return "once"


@dataclass
class Books:
    """What the print centre knows of itself."""

    taken: Counter[str] = field(default_factory=Counter)
    """How often a letter of a reference was taken to be printed."""
    refused: Counter[str] = field(default_factory=Counter)
    """What was taken and could not be printed: no PDF, or another than the manifest names."""
    sessions: int = 0
    faults: Counter[str] = field(default_factory=Counter)


class _Door(asyncssh.SSHServer):
    def __init__(self, centre: "PrintCentre") -> None:
        self.centre = centre

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.centre.books.sessions += 1
        self.centre.sessions.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return self.centre.key is None

    def validate_password(self, username: str, password: str) -> bool:
        return username == USER and password == PASSWORD and not self.centre.refuses

    def public_key_auth_supported(self) -> bool:
        return self.centre.key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self.centre.key and not self.centre.refuses


class _Files(asyncssh.SFTPServer):
    """The files of one session, with what goes wrong."""

    def __init__(
        self, channel: asyncssh.SSHServerChannel[bytes], folder: Path, centre: "PrintCentre"
    ) -> None:
        super().__init__(channel, chroot=str(folder).encode())
        self.centre = centre

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
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
        await self._renamed(super().rename, oldpath, newpath)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
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


def host_key(folder: Path) -> asyncssh.SSHKey:
    """Return the key that the host shows; made the first time, kept in `folder`."""
    kept = folder / HOST_KEY
    with suppress(OSError):
        return asyncssh.read_private_key(str(kept))
    made = asyncssh.generate_private_key("ssh-ed25519")
    folder.mkdir(parents=True, exist_ok=True)
    made.write_private_key(str(kept))
    return made


class PrintCentre:
    """The stand-in as a context: serves on loopback from `with` to the end of the block.

    `works`: letters are taken by itself, every moment; otherwise where `take` is called.
    """

    def __init__(self, folder: Path, port: int = 0, *, works: bool = False) -> None:
        self.folder = folder
        self.port = port
        self.works = works
        self.key: asyncssh.SSHKey | None = None
        """Who may come in by a key; None: by the password."""
        self.refuses = False
        self.sessions: list[asyncssh.SSHServerConnection] = []
        self.choice: Choice = nothing
        self.acknowledges: Acknowledges = always
        self.books = Books()
        self.posts = True
        """Whether what was taken is reported as posted, some seconds later."""
        self._due: list[tuple[float, str, str]] = []
        self._end = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._threads = [threading.Thread(target=self._loop.run_forever, daemon=True)]
        for name in FOLDERS:
            (folder / "files" / name).mkdir(parents=True, exist_ok=True)
        self._host_key = host_key(folder)
        self.fingerprint = str(self._host_key.get_fingerprint())

    @property
    def files(self) -> Path:
        """The folder that who signs in sees."""
        return self.folder / "files"

    def __enter__(self) -> Self:
        self._threads[0].start()
        self.open()
        if self.works:
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join(timeout=10)

    def open(self) -> None:
        """Let people in."""
        started = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self._server = started.result(timeout=20)
        self.port = int(self._server.get_port())

    def close(self) -> None:
        """Close the door and end every session; `open` opens at the same port again."""

        async def end() -> None:
            self._server.close()
            for one in self.sessions:
                one.abort()
            self.sessions.clear()
            await self._server.wait_closed()

        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(end(), self._loop).result(timeout=5)

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            HOST,
            self.port,
            reuse_address=True,
            server_host_keys=[self._host_key],
            server_factory=lambda: _Door(self),
            sftp_factory=lambda channel: _Files(channel, self.files, self),
            allow_scp=False,
        )

    def show_other_key(self) -> str:
        """Show another host key from the next `open` on; returns its fingerprint."""
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")
        return str(self._host_key.get_fingerprint())

    def take(self) -> list[str]:
        """Take every letter that has its manifest, acknowledge it; returns the references."""
        taken = []
        for found in sorted((self.files / "in").glob("*.json")):
            manifest = json.loads(found.read_bytes())
            reference = str(manifest["reference"])
            pdf = self.files / "in" / str(manifest["file"])
            fits = pdf.exists() and sha256(pdf.read_bytes()).hexdigest() == manifest["sha256"]
            processed = self.files / "in" / "processed"
            if pdf.exists():
                os.replace(pdf, processed / pdf.name)
            os.replace(found, processed / found.name)
            (self.books.taken if fits else self.books.refused)[reference] += 1
            how = self.acknowledges(reference) if fits else "rejected"
            self._acknowledge(reference, how, "" if fits else "the PDF is not as announced")
            taken.append(reference)
        return taken

    def _acknowledge(self, reference: str, how: str, reason: str) -> None:
        now = monotonic()
        if how in ("once", "twice"):
            self.acknowledge(reference, "ACCEPTED")
        if how == "twice":
            self._due.append((now + 1, reference, "ACCEPTED"))
        if how == "late":
            self._due.append((now + 2, reference, "ACCEPTED"))
        if how == "rejected":
            self.acknowledge(reference, "REJECTED", reason or "the print centre refuses it")
        elif self.posts and how != "never":
            self._due.append((now + POSTED_AFTER, reference, "DISPATCHED"))

    def acknowledge(self, reference: str, status: str, reason: str = "") -> None:
        """Write the file that answers a letter."""
        said = {"reference": reference, "status": status, "reason": reason, "timestamp": _now()}
        self.write(f"{reference}.ack.json", json.dumps(said).encode())

    def report(self, rows: Iterable[tuple[str, str, str]], name: str = "") -> str:
        """Write a file that tells reference, status and reason of many; returns its name."""
        text = StringIO(newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["reference", "status", "reason", "timestamp"])
        writer.writerows([*row, _now()] for row in rows)
        name = name or f"status-{datetime.now(UTC):%Y%m%d%H%M%S%f}.csv"
        self.write(name, text.getvalue().encode())
        return name

    def write(self, name: str, content: bytes) -> None:
        """Put a file of any content into the folder of answers, whole at once."""
        unfinished = self.files / "out" / f".{name}.part"
        unfinished.write_bytes(content)
        os.replace(unfinished, self.files / "out" / name)

    def tell(self, *, everything: bool = False) -> None:
        """Report what is due."""
        now = monotonic()
        due = [one for one in self._due if everything or one[0] <= now]
        self._due = [one for one in self._due if one not in due]
        if due:
            self.report((reference, status, "") for _at, reference, status in due)

    def _work(self) -> None:
        while not self._end.is_set():
            with suppress(OSError, ValueError):
                self.take()
                self.tell()
            self._end.wait(ROUND)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server((HOST, 0)) as one:
        return int(one.getsockname()[1])


def at_random(chance: random.Random, share: float) -> Choice:
    """Return a choice that lets a share of the work go wrong in every way."""
    ways = ("full", "cut", "kept", "slow")

    def choose(_operation: str, _name: str) -> str:
        return chance.choice(ways) if chance.random() < share else ""

    return choose


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.print_centre")
    parser.add_argument("--port", type=int, default=2222)
    parser.add_argument("--folder", type=Path, required=True)
    wishes = parser.parse_args()
    with PrintCentre(wishes.folder, wishes.port, works=True) as centre:
        sys.stdout.write(f"taking letters on port {centre.port}\n")
        sys.stdout.flush()
        while True:
            sleep(3600)


if __name__ == "__main__":
    main()
