"""An organisation's folders on the disk: what lies there, claimed and moved by rename, read once.

A rename within one file system happens or not, whoever is killed: a file is always in exactly one
folder. Links are not followed, folders not entered, and nothing that is no plain file is read.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core import ids
from app.documents.actions.keeping import safe_name
from app.ways_in.rules.dropping import Place, Refusal, fitting, is_left

SEPARATOR: Final = "~"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file in `in/` as it looked: whoever writes to it changes one of these."""

    path: Path
    size: int
    modified: int
    changed: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file in `work/`: the id that was given to it, and the name that its sender gave it."""

    id: str
    name: str
    path: Path


def prepare(folder: Path) -> None:
    """Make the folders that are missing; raises `OSError`."""
    for place in Place:
        (folder / place).mkdir(parents=True, exist_ok=True)


def waiting(folder: Path) -> Iterator[Seen]:
    """Yield the files and links in `in/` that may be claimed once they do not change any more."""
    with os.scandir(folder / Place.IN) as entries:
        for entry in entries:
            if is_left(entry.name) or entry.is_dir(follow_symlinks=False):
                continue
            with suppress(FileNotFoundError):  # another relay was faster
                found = entry.stat(follow_symlinks=False)
                yield Seen(Path(entry.path), found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def claim(seen: Seen, new_id: str) -> bool:
    """Move a file to `work/`; False where another relay was faster. Raises `OSError`."""
    name = fitting(safe_name(seen.path.name))
    try:
        seen.path.rename(seen.path.parents[1] / Place.WORK / f"{new_id}{SEPARATOR}{name}")
    except FileNotFoundError:
        return False
    return True


def claimed(folder: Path) -> list[Claimed]:
    """Return what lies in `work/`, whoever claimed it."""
    found = []
    for path in sorted((folder / Place.WORK).iterdir()):
        file_id, separator, name = path.name.partition(SEPARATOR)
        if separator and re.fullmatch(ids.PATTERN, file_id):
            found.append(Claimed(file_id, name, path))
    return found


def read(path: Path, limit: int) -> bytes | Refusal | None:
    """Return the bytes of a plain file of at most `limit` bytes, else why not; None: it is gone."""
    try:
        # O_NONBLOCK: a pipe that nobody writes to must not hold us.
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        return Refusal.LINK if path.is_symlink() else Refusal.UNREADABLE
    with os.fdopen(opened, "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode):
            return Refusal.UNREADABLE
        if found.st_size > limit:
            return Refusal.TOO_LARGE
        try:
            content = stream.read(limit + 1)
        except OSError:
            return Refusal.UNREADABLE
    return content if len(content) <= limit else Refusal.TOO_LARGE


def settle(one: Claimed, place: Place, reports: dict[str, str]) -> None:
    """Move a claimed file to where it ends, with its reports (extension → text) beside it.

    Once more does no harm, and a file that is not in `work/` any more was settled before.
    """
    if not os.path.lexists(one.path):
        return
    target = _free(one, one.path.parents[1] / place)
    for extension, text in reports.items():
        _write(target.with_name(f"{target.name}.findings.{extension}"), text)
    with suppress(FileNotFoundError):
        one.path.rename(target)


def _free(one: Claimed, folder: Path) -> Path:
    """Return a path that no other file has: its own name, with its id where that is taken."""
    path = folder / one.name
    if not os.path.lexists(path):
        return path
    return folder / f"{path.stem}{SEPARATOR}{one.id}{path.suffix}"


def _write(path: Path, text: str) -> None:
    """Write a text so that a reader sees all of it or nothing."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(text, "utf-8")
    unfinished.rename(path)
