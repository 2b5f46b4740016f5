"""A ZIP (PKWARE APPNOTE 6.3) written piece by piece onto the disk: the same bytes for the same files."""

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final

from app.core.errors import Invalid

BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The moment of every file inside: the first that the format knows."""
MODE: Final = 0o100644 << 16
UNIX: Final = 3
PACKED: Final = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".zip", ".xlsx", ".docx", ".gz"})
"""Endings of files that do not become smaller."""
LARGE: Final = 1 << 30
"""Bytes from which a file is announced as a large one (ZIP64)."""


class Archive:
    """An archive that is being written; complete only when the block is left without an error."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", allowZip64=True)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def add(self, name: str, pieces: Iterable[bytes], size: int, sha256: str | None = None) -> None:
        """Add a file of `size` bytes; raises `Invalid` where its bytes are not those of `sha256`."""
        info = zipfile.ZipInfo(name, BEGINNING)
        info.create_system, info.external_attr = UNIX, MODE
        is_packed = Path(name).suffix.lower() in PACKED
        info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        found = hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=size > LARGE) as file:
            for piece in pieces:
                found.update(piece)
                file.write(piece)
        if sha256 is not None and found.hexdigest() != sha256:
            raise Invalid(f"the bytes of {sha256} are not what they were")
