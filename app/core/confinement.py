"""What a process may not do any more: limits on memory and files, no network, no new programs.

Whatever the system does not know (macOS: all but the limits) is left out; `confine` says what holds.
"""

import ctypes
import errno
import os
import resource
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

OPEN_FILES: Final = 64

_SET_NO_NEW_PRIVILEGES: Final = 38
_NEW_NETWORK: Final = 0x40000000
_NEW_USER: Final = 0x10000000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""landlock(7); the numbers of these calls are the same on every architecture."""
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
"""Version of Landlock → how many rights of files it knows; later ones know 16."""
_READ_FILE: Final = 1 << 2
_READ_FOLDER: Final = 1 << 3
_NETWORK: Final = 1 << 0 | 1 << 1
"""LANDLOCK_ACCESS_NET_BIND_TCP and _CONNECT_TCP."""
_SCOPES: Final = 1 << 0 | 1 << 1
"""LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and _SIGNAL."""


def confine(megabytes: int, readable: Iterable[Path]) -> list[str]:
    """Give up, for good, all that taking a file apart does not need; return what took effect.

    Of the files only `readable` and what lies below them can be read, and none can be written
    (Linux 5.13 or newer). The process may have `megabytes` of addresses.
    """
    done = ["limits"]
    _limit(megabytes)
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        if library.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
            done.append("privileges")
        if library.unshare(_NEW_NETWORK) == 0 or library.unshare(_NEW_USER | _NEW_NETWORK) == 0:
            done.append("network")
        if _seal_files(library, readable):
            done.append("files")
    return done


def _limit(megabytes: int) -> None:
    size = megabytes * 1024 * 1024
    limits = {
        resource.RLIMIT_AS: size,
        resource.RLIMIT_DATA: size,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        # No fork and no thread; the system does not count this for root.
        resource.RLIMIT_NPROC: 0,
    }
    for what, value in limits.items():
        with suppress(OSError, ValueError):  # macOS knows some of them and does not set them
            resource.setrlimit(what, (value, value))


def limit_processor(seconds: float) -> None:
    """Let the process use `seconds` more of processor time; the system ends it after that."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _seal_files(library: ctypes.CDLL, readable: Iterable[Path]) -> bool:
    version = library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = [(1 << _FILE_RIGHTS.get(version, 16)) - 1]
    rights += [_NETWORK] if version >= 4 else []
    rights += [_SCOPES] if version >= 6 else []
    wanted = struct.pack(f"={len(rights)}Q", *rights)
    rules = library.syscall(_CREATE_RULESET, wanted, ctypes.c_size_t(len(wanted)), 0)
    if rules < 0:
        return False
    try:
        for path in readable:
            _allow(library, rules, path)
        return bool(library.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(library: ctypes.CDLL, rules: int, path: Path) -> None:
    try:
        place = os.open(path, os.O_PATH)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
            return
        raise
    try:
        rights = _READ_FILE | (_READ_FOLDER if path.is_dir() else 0)
        library.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)
