"""A stand-in for a print centre on this machine: an SFTP server, somebody who takes letters, and faults.

`python -m app.demo.print_centre --port 2222 --folder letters`. Nothing is printed: letters are taken
from `in`, acknowledged at once and reported as posted later, by files in `out`.
"""

import argparse
import asyncio
import csv
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from io import StringIO
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Final, Self

import asyncssh

from app.core import clock
from app.demo.print_files import Door, Faults, Files

HOST: Final = "127.0.0.1"
FOLDERS: Final = ("in/processed", "test", "out/done")
HOST_KEY: Final = "host_key"
LETTERS: Final = "letters"
"""The folder of the demonstration's print centre, in that of its data."""
ROUND: Final = 0.2
"""Seconds between two looks at the folder of letters."""
POSTED_AFTER: Final = 3.0

Acknowledges = Callable[[str], str]
"""Reference → `once`, `twice`, `late`, `never`, `rejected`."""


def always(_reference: str) -> str:
    """Acknowledge every letter once."""
    return "once"


def host_key(folder: Path) -> asyncssh.SSHKey:
    """Return the key that the host shows; made the first time, kept in `folder`."""
    kept = folder / HOST_KEY
    with suppress(OSError):
        return asyncssh.read_private_key(str(kept))
    made = asyncssh.generate_private_key("ssh-ed25519")
    folder.mkdir(parents=True, exist_ok=True)
    made.write_private_key(str(kept))
    return made


class PrintCentre(Faults):
    """The stand-in as a context: serves on loopback from `with` to the end of the block.

    `works`: letters are taken by itself, every moment; otherwise where `take` is called.
    """

    def __init__(self, folder: Path, port: int = 0, *, works: bool = False) -> None:
        super().__init__()
        self.folder = folder
        self.port = port
        self.works = works
        self.acknowledges: Acknowledges = always
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
            server_factory=lambda: Door(self),
            sftp_factory=lambda channel: Files(channel, self.files, self),
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
        name = name or f"status-{clock.now():%Y%m%d%H%M%S%f}.csv"
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
    return clock.now().isoformat(timespec="milliseconds")


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
