"""Files at a print centre: letters put so that nobody takes half of one, answers read and moved."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import asyncssh
from asyncssh import SFTPClient, SFTPError

MOST_ANSWERS: Final = 50
"""Files that are read at a time."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""Of an answer; a larger one is named and not read."""
READABLE: Final = (".json", ".csv")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where files lie, as seen after signing in."""

    letters: str
    taken: str
    """Where the print centre keeps what it took; empty: it keeps nothing."""
    answers: str
    done: str


@dataclass(slots=True)
class Course:
    """How far handing over came."""

    until: float
    """When the manifest has to have its name (`time.monotonic`), see `Parcel.until`."""
    is_late: bool = False
    is_named: bool = False
    """The manifest was given its name, or may have been: from then on the print centre may take it."""


@dataclass(frozen=True, slots=True)
class Files:
    """What is handed over of one letter."""

    reference: str
    token: str
    """Of this attempt: two that meet write no file together."""
    pdf: bytes
    manifest: bytes


async def put(sftp: SFTPClient, folders: Folders, files: Files, course: Course) -> bool:
    """Put a letter, its manifest last; False where it lay there already.

    Whoever sees a manifest sees a whole letter: each file is written under another name and renamed.
    An attempt that is late names none: the next one may have, and the print centre taken it already.
    """
    here = f"{folders.letters}/{files.reference}"
    unfinished = f"{here}.{files.token}.part"
    await _write(sftp, unfinished, files.pdf)
    await _replace(sftp, unfinished, f"{here}.pdf")
    await _write(sftp, unfinished, files.manifest)
    if monotonic() >= course.until:
        course.is_late = True
        raise SFTPError(4, "too late")
    course.is_named = True
    try:
        # Version 3 of the protocol renames to nothing that is there: two attempts leave one manifest.
        await sftp.rename(unfinished, f"{here}.json")
    except SFTPError:
        if not await sftp.exists(f"{here}.json"):
            raise
        with suppress(SFTPError):
            await sftp.remove(unfinished)
        return False
    return True


async def find(sftp: SFTPClient, folders: Folders, reference: str) -> str:
    """Return where a letter of ours can be seen, or nothing.

    In the order in which a letter moves: what is taken while we look is met at the next place.
    """
    places = [f"{folders.letters}/{reference}.json"]
    if folders.taken:
        places.append(f"{folders.taken}/{reference}.json")
    places += [f"{one}/{reference}.ack.json" for one in (folders.answers, folders.done)]
    for place in places:
        if await sftp.exists(place):
            return place
    return ""


async def take_back(sftp: SFTPClient, folders: Folders, reference: str) -> bool:
    """Remove a letter that nobody has taken; False where it is gone already."""
    here = f"{folders.letters}/{reference}"
    try:
        await sftp.remove(f"{here}.json")
    except asyncssh.SFTPNoSuchFile:
        return False
    with suppress(asyncssh.SFTPNoSuchFile):
        await sftp.remove(f"{here}.pdf")
    return True


@dataclass(frozen=True, slots=True)
class Read:
    """One answer as it lay there."""

    name: str
    size: int
    changed: int
    content: bytes | None
    """None: it is too large."""


async def read(sftp: SFTPClient, folders: Folders) -> list[Read]:
    """Return the oldest answers, as many as are read at a time."""
    there = [one for one in await sftp.readdir(folders.answers) if _is_answer(one)]
    there.sort(key=lambda one: (one.attrs.mtime or 0, str(one.filename)))
    return [await _read(sftp, folders, one) for one in there[:MOST_ANSWERS]]


async def _read(sftp: SFTPClient, folders: Folders, one: Any) -> Read:
    name, size = str(one.filename), int(one.attrs.size or 0)
    content: Any = None
    if size <= MOST_BYTES:
        async with sftp.open(f"{folders.answers}/{name}", "rb") as file:
            content = await file.read(MOST_BYTES + 1)
    return Read(name, size, int(one.attrs.mtime or 0), content)


async def move(sftp: SFTPClient, folders: Folders, read: Iterable[Sequence[Any]]) -> None:
    """Move answers that were read, each as name, size and time; what changed since is read anew."""
    await sftp.makedirs(folders.done, exist_ok=True)
    for name, size, changed in read:
        place = f"{folders.answers}/{name}"
        try:
            found = await sftp.stat(place)
        except asyncssh.SFTPNoSuchFile:
            continue
        if (found.size, found.mtime) == (size, changed):
            await _replace(sftp, place, f"{folders.done}/{name}")


def _is_answer(one: Any) -> bool:
    name = str(one.filename)
    is_file = one.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR
    return is_file and not name.startswith(".") and name.lower().endswith(READABLE)


async def _write(sftp: SFTPClient, path: str, content: bytes) -> None:
    async with sftp.open(path, "wb") as file:
        await file.write(content)
        with suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()
    found = await sftp.stat(path)
    if found.size != len(content):
        raise SFTPError(4, f"{found.size} of {len(content)} bytes were kept")


async def _replace(sftp: SFTPClient, old: str, new: str) -> None:
    try:
        await sftp.posix_rename(old, new)
    except asyncssh.SFTPOpUnsupported:
        with suppress(asyncssh.SFTPNoSuchFile):
            await sftp.remove(new)
        await sftp.rename(old, new)
