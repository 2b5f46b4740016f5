"""Secrets of others that have to be used again: kept so that a copy of the database opens nothing.

A column that holds one is marked, `mapped_column(String(500), info=SEALED)`, so that all of them are
found when the key changes.
"""

import base64
from collections.abc import Iterator
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, Text, select, tuple_, type_coerce, update

from app.core import runtime
from app.core.db import Base, session
from app.core.errors import Invalid

SEALED: Final = {"sealed": True}
"""What marks a column of sealed secrets."""
SLICE: Final = 500
"""Rows that are sealed anew in one transaction."""


def seal(secret: str) -> str:
    """Return a secret as it is stored (Fernet: AES-128-CBC and HMAC-SHA256), by the newest key."""
    return _fernets()[0].encrypt(secret.encode()).decode()


def seal_bytes(content: bytes) -> bytes:
    """Return what is kept for an hour at most as it is stored; no key is changed meanwhile."""
    return _fernets()[0].encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """Return what was kept; raises `Invalid` where none of this installation's keys sealed it."""
    try:
        return MultiFernet(_fernets()).decrypt(sealed)
    except InvalidToken as error:
        raise Invalid("a stored secret cannot be opened with this installation's keys") from error


def unseal(sealed: str) -> str:
    """Return a stored secret; raises `Invalid` where none of this installation's keys sealed it."""
    return unseal_bytes(sealed.encode()).decode()


def is_newest(sealed: str) -> bool:
    """Say whether the newest key has sealed it."""
    try:
        _fernets()[0].decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def columns() -> list[Column[str]]:
    """Return every column that holds sealed secrets, in a fixed order."""
    tables = Base.metadata.sorted_tables
    return [column for table in tables for column in table.columns if column.info.get("sealed")]


def seal_anew(
    column: Column[str], after: tuple[str, ...] | None
) -> tuple[int, tuple[str, ...] | None]:
    """Seal a slice of a column by the newest key: how many rows it changed, and where to go on.

    `after` is the primary key of the last row of the slice before; None begins, and ends. A row that
    somebody changes meanwhile is left: it was sealed by the newest key then. Raises `Invalid` for a
    secret that no key opens.
    """
    key = list(column.table.primary_key.columns)
    stored = type_coerce(column, Text)  # not what its type makes of it
    rows = select(stored, *key).where(column.is_not(None)).order_by(*key).limit(SLICE)
    if after is not None:
        rows = rows.where(tuple_(*key) > after)
    found = session().execute(rows).all()
    changed = 0
    for sealed, *own in found:
        if not is_newest(sealed):
            same = [part == value for part, value in zip(key, own, strict=True)]
            renewed = {column.name: type_coerce(seal(unseal(sealed)), Text)}
            session().execute(update(column.table).where(*same, stored == sealed).values(renewed))
            changed += 1
    return changed, tuple(found[-1][1:]) if len(found) == SLICE else None


def _fernets() -> list[Fernet]:
    keys: Iterator[bytes] = runtime.current().settings.keys("sealed secrets")
    return [Fernet(base64.urlsafe_b64encode(key)) for key in keys]
