"""The folders that an intermediary and Kontor share: `out` for requests, `in` for responses.

A file is written as `*.part` and renamed: whoever looks sees all of it or nothing. Before the rename a
mark is set beside, so that it is known what was handed over even where the intermediary took it away.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.core import runtime

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a folder of a partner may be called: no tenant leaves its own."""
MARKS: Final = ".handed-over"
TRIAL: Final = ".kontor.part"
KEPT: Final = 90 * 24 * 3600
"""Seconds that a mark and a response are kept; nothing is tried for longer, and patients are named."""
MOST_AT_ONCE: Final = 50
LARGEST: Final = 15 * 1024 * 1024


class Lost(OSError):
    """Nobody knows whether a file arrived: the line broke while it was given its name."""


class NoFolder(OSError):
    """This installation or this partner has no such folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One partner's folders."""

    path: Path

    @property
    def out(self) -> Path:
        """Where requests are put."""
        return self.path / "out"

    @property
    def incoming(self) -> Path:
        """Where responses are found."""
        return self.path / "in"

    def _mark(self, name: str) -> Path:
        return self.path / MARKS / name

    def prepare(self) -> None:
        """Make the folders that are missing; raises `OSError`."""
        for one in (self.out, self.incoming, self.path / "done", self.path / "failed"):
            one.mkdir(parents=True, exist_ok=True)
        (self.path / MARKS).mkdir(exist_ok=True, mode=0o700)

    def hand_over(self, name: str, content: bytes) -> None:
        """Put a file into `out`, whole or not at all, once; raises `OSError`."""
        if self.has(name):
            return
        self.prepare()
        part = self._part(name)
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        self._mark(name).touch()
        part.rename(self.out / name)

    def try_writing(self) -> None:
        """Write a file into `out` and remove it again; raises `OSError`."""
        trial = self.out / TRIAL
        trial.write_bytes(b"")
        trial.unlink()

    def has(self, name: str) -> bool:
        """Say whether a file was handed over, even where it was fetched since; raises `OSError`.

        The mark is older than the rename: a part beside it is one that was never renamed.
        """
        if (self.out / name).exists():
            return True
        return self._mark(name).exists() and not self._part(name).exists()

    def shown(self) -> str:
        """Return where this is, below the installation's folders, for staff."""
        return "/".join(self.path.parts[-3:] if self.path.name == "test" else self.path.parts[-2:])

    def _part(self, name: str) -> Path:
        return self.out / f"{name}.part"

    def arrived(self, quiet: float) -> Iterator[tuple[str, bytes | None]]:
        """Yield name and content of files in `in` that did not change for `quiet` seconds.

        None: it is no plain file of a bearable size. Raises `OSError`.
        """
        latest = time.time() - quiet
        found = sorted(os.scandir(self.incoming), key=lambda one: one.name)
        for one in [one for one in found if _is_complete(one, latest)][:MOST_AT_ONCE]:
            with suppress(FileNotFoundError):
                yield one.name, _content(one)

    def put_aside(self, name: str, where: str) -> None:
        """Move a file that was read to `done` or `failed`; that it is gone does no harm."""
        if Path(name).name == name:
            with suppress(FileNotFoundError):
                (self.incoming / name).rename(self.path / where / name)

    def forget(self) -> None:
        """Drop marks that nobody asks for any more, and responses that were read long ago."""
        for place in (MARKS, "done", "failed"):
            for one in os.scandir(self.path / place):
                with suppress(FileNotFoundError):
                    if one.stat(follow_symlinks=False).st_mtime < time.time() - KEPT:
                        Path(one.path).unlink()


def is_named(name: str) -> bool:
    """Say whether a file has the name of one that is complete."""
    return not name.startswith(".") and not name.endswith((".part", ".tmp"))


def _is_complete(one: os.DirEntry[str], latest: float) -> bool:
    if not is_named(one.name):
        return False
    with suppress(FileNotFoundError):
        return not one.is_dir(follow_symlinks=False) and (
            one.stat(follow_symlinks=False).st_mtime <= latest
        )
    return False


def _content(one: os.DirEntry[str]) -> bytes | None:
    if not one.is_file(follow_symlinks=False) or one.stat().st_size > LARGEST:
        return None
    opened = os.open(one.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as stream:
        content = stream.read(LARGEST + 1)
    return content if len(content) <= LARGEST else None


def folder_of(organisation_id: str, values: Mapping[str, Any], *, is_test: bool) -> Folder:
    """Return a partner's folders; those of the test mode lie apart. Raises `NoFolder`."""
    root = runtime.current().settings.partner_folders
    name = str(values.get("folder") or "")
    if root is None:
        raise NoFolder("KONTOR_PARTNER_FOLDERS is not set")
    if NAME.fullmatch(name) is None:
        raise NoFolder("the folder has no valid name")
    path = root / organisation_id / name
    return Folder(path / "test" if is_test else path)
