"""ZIP archives from strangers: every name and size is looked at before a byte is unpacked."""

import hashlib
import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Final

from app.core.languages import N_
from app.documents.formats import media_types
from app.intake.formats.refusal import UnreadableError
from app.intake.rules.plan import Entry

COUNT_LIMIT: Final = 20_000
TOTAL_LIMIT: Final = 1024 * 1024 * 1024
"""Bytes of all files once they are unpacked."""
RATIO_LIMIT: Final = 200
DIRECTORY_LIMIT: Final = 12 * 1024 * 1024
"""Bytes of the list of contents: room for `COUNT_LIMIT` long names."""
NAME_LIMIT: Final = 400

_START: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_END_SIZE: Final = 22
_COMMENT_LIMIT: Final = 65535
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_JUNK: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_ARCHIVES: Final = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_ERRORS: Final = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError)


def entries(content: bytes, *, file_limit: int) -> list[Entry]:
    """Return all files of an archive; each is unpacked alone, and forgotten.

    Raises `UnreadableError` that names the entry: names that lead out of the archive, twice the
    same name, links, encryption, archives inside, files of more than `file_limit` bytes, too many
    files, too much of all, or packed suspiciously well (APPNOTE.TXT 6.3.10; CWE-22, CWE-409).
    """
    found = []
    with _opened(content, file_limit) as (packed, members):
        for name, member in members:
            unpacked = _unpacked(packed, name, member)
            if unpacked.startswith(_START):
                refuse_directory(unpacked)
            media_type = media_types.media_type_of(unpacked)
            if media_type == media_types.ZIP:
                raise _nested(name)
            sha256 = hashlib.sha256(unpacked).hexdigest()
            found.append(Entry(name, len(unpacked), sha256, media_type == media_types.PDF))
    if not found:
        raise UnreadableError("KT-ZIP-EMPTY", N_("The archive holds no files."))
    return found


def files(content: bytes, names: Sequence[str], *, file_limit: int) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of the entries called `names`, one by one; raises as `entries` does."""
    wanted = set(names)
    with _opened(content, file_limit) as (packed, members):
        for name, member in members:
            if name in wanted:
                yield name, _unpacked(packed, name, member)


def refuse_directory(content: bytes) -> None:
    """Refuse an archive whose list of contents alone would fill the memory, or is nowhere."""
    start = max(0, len(content) - _END_SIZE - _COMMENT_LIMIT)
    place = content.rfind(_END, start)
    if place < 0 or len(content) < place + _END_SIZE:
        raise _broken()
    if content[max(0, place - 20) : place].startswith(_END_64):
        raise _broken()  # ZIP64 is for archives larger than any that comes in here
    count, size = struct.unpack_from("<HI", content, place + 10)
    if count > COUNT_LIMIT:
        raise _too_many()
    if size > DIRECTORY_LIMIT:
        raise _broken()


@contextmanager
def _opened(
    content: bytes, file_limit: int
) -> Iterator[tuple[zipfile.ZipFile, list[tuple[str, zipfile.ZipInfo]]]]:
    if not content.startswith(_START):
        raise UnreadableError("KT-ZIP-TYPE", N_("This is no ZIP archive."))
    refuse_directory(content)
    try:
        packed = zipfile.ZipFile(BytesIO(content))
    except _ERRORS as error:
        raise _broken() from error
    with packed:
        yield packed, _members(packed, file_limit)


def _members(packed: zipfile.ZipFile, file_limit: int) -> list[tuple[str, zipfile.ZipInfo]]:
    found: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for member in packed.infolist():
        name = _name(member)
        if member.is_dir() or _is_junk(name):
            continue
        _refuse_member(name, member, file_limit)
        if name in found:
            raise _refused(
                "KT-ZIP-TWICE", N_("Two files of the archive are called %(name)s."), name
            )
        found[name] = member
        total += member.file_size
        if len(found) > COUNT_LIMIT:
            raise _too_many()
        if total > TOTAL_LIMIT:
            sentence = N_("The files of the archive are too large together. Divide it.")
            raise UnreadableError("KT-ZIP-TOTAL", sentence)
    return list(found.items())


def _name(member: zipfile.ZipInfo) -> str:
    """Return the normalised path of an entry; raises where it would lead out of the archive.

    A name without the mark for UTF-8 is code page 437, or UTF-8 all the same (as macOS writes it).
    """
    written = member.orig_filename
    if not member.flag_bits & _UTF8:
        with suppress(UnicodeError):
            written = written.encode("cp437").decode("utf-8")
    path = unicodedata.normalize("NFC", written).replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    leads_out = path.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", path)
    if leads_out or not parts or not path.isprintable() or len(path) > NAME_LIMIT:
        shown = "".join(char for char in path if char.isprintable())[:100]
        sentence = N_("The archive holds a file with a name that is not allowed: %(name)s")
        raise _refused("KT-ZIP-NAME", sentence, shown or "?")
    return "/".join(parts)


def _is_junk(name: str) -> bool:
    """Say whether an operating system left this behind."""
    *folders, last = name.split("/")
    return "__MACOSX" in folders or last.lower() in _JUNK or last.startswith("._")


def _refuse_member(name: str, member: zipfile.ZipInfo, file_limit: int) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise _refused(
            "KT-ZIP-LOCKED", N_("%(name)s in the archive is locked by a password."), name
        )
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _refused("KT-ZIP-LINK", N_("%(name)s in the archive is a link, not a file."), name)
    if name.lower().endswith(_ARCHIVES):
        raise _nested(name)
    if member.file_size > file_limit:
        raise _refused("KT-ZIP-FILE", N_("%(name)s in the archive is too large."), name)
    if member.file_size > RATIO_LIMIT * max(member.compress_size, 1024):
        sentence = N_("%(name)s in the archive would become suspiciously large when unpacked.")
        raise _refused("KT-ZIP-RATIO", sentence, name)


def _unpacked(packed: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> bytes:
    try:
        return packed.read(member)
    except Exception as error:  # zlib, bz2 and lzma have errors of their own
        raise _refused("KT-ZIP-BROKEN", N_("%(name)s in the archive is broken."), name) from error


def _refused(rule: str, sentence: str, name: str) -> UnreadableError:
    return UnreadableError(rule, sentence, name=name)


def _nested(name: str) -> UnreadableError:
    sentence = N_("%(name)s is an archive inside the archive. Unpack it first.")
    return _refused("KT-ZIP-NESTED", sentence, name)


def _broken() -> UnreadableError:
    return UnreadableError("KT-ZIP-BROKEN", N_("The archive is broken. Pack it anew."))


def _too_many() -> UnreadableError:
    sentence = N_("The archive holds more than %(limit)s files. Divide it.")
    return UnreadableError("KT-ZIP-COUNT", sentence, limit=str(COUNT_LIMIT))
