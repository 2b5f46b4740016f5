"""Files: bytes addressed by their SHA-256, in a local folder or an S3-compatible store.

Nothing is ever overwritten: the same address always means the same bytes. Only what is made to be
taken away, such as an export, lies under an id and is removed when its time is over. A file that no row names
(its transaction rolled back) is harmless and is swept by age.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from app.core.errors import Invalid, Missing

PIECE = 256 * 1024
"""Bytes of one piece of a file that is streamed, at least."""


def address(content: bytes) -> str:
    """Return the address of `content`: its SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Storage:
    """One store of files; each organisation has its own part of it."""

    def __init__(self, url: str) -> None:
        self._store = _open(url)

    def put(self, organisation_id: str, content: bytes) -> str:
        """Keep `content` and return its address; the same bytes are kept once per organisation."""
        name = address(content)
        obstore.put(self._store, path(organisation_id, name), content)
        return name

    def keep(self, organisation_id: str, name: str, file: Path) -> None:
        """Keep a file, of any size, under a name of its own (an id): for what is removed again."""
        obstore.put(self._store, path(organisation_id, name), file)

    def remove(self, organisation_id: str, name: str) -> None:
        """Remove what was kept under a name; nothing there is fine. Never for addresses of bytes."""
        with suppress(FileNotFoundError):
            obstore.delete(self._store, path(organisation_id, name))

    def read(self, organisation_id: str, name: str) -> bytes:
        """Return the bytes at an address; raises `Missing` where there are none."""
        try:
            found = obstore.get(self._store, path(organisation_id, name))
        except FileNotFoundError as error:
            raise Missing from error
        return bytes(found.bytes())

    def stream(self, organisation_id: str, name: str) -> Iterator[bytes]:
        """Return the bytes at an address in pieces, for files of any size; raises `Missing`."""
        try:
            found = obstore.get(self._store, path(organisation_id, name))
        except FileNotFoundError as error:
            raise Missing from error
        return (bytes(piece) for piece in found.stream(min_chunk_size=PIECE))

    def check(self) -> None:
        """Write and read a few bytes, for `/healthz`; raises what the store raises."""
        if self.read("health", self.put("health", b"kontor")) != b"kontor":
            raise Invalid("the file store does not give back what it was given")


def path(organisation_id: str, name: str) -> str:
    """Return where in the store an address lies."""
    return f"{organisation_id}/{name[:2]}/{name}"


def _open(url: str) -> ObjectStore:
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(parts.path)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return LocalStore(folder)
    if parts.scheme == "s3":
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        endpoint = options.get("endpoint")
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            endpoint=endpoint,
            region=options.get("region", "us-east-1"),
            virtual_hosted_style_request=False,
            client_options={"allow_http": bool(endpoint and endpoint.startswith("http:"))},
        )
    raise Invalid("KONTOR_STORAGE_URL must begin with file:// or s3://.")
