"""Unpacking the archive of a table, slice by slice: a killed worker repeats one slice at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import update

from app.core import outbox, runtime
from app.core.db import session
from app.intake import queries
from app.intake.actions import course
from app.intake.formats import apart
from app.intake.models import Intake, IntakeItem, IntakeTable, ItemState, TableState

UNPACK = "intake.unpack"
SLICE: Final = 500
"""Files that are unpacked in one go."""
HANDFUL: Final = 64 * 1024 * 1024
"""Bytes of files that are in memory at a time, unless one alone has more."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The next files of an archive: which table's, from which place on, and what each is called."""

    table_id: str
    organisation_id: str
    archive_sha256: str
    first: int
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    """Bytes of each, once it is unpacked."""


def promise(of: IntakeTable, first: int) -> None:
    """Promise to unpack the files of a table's intake from the place `first` on."""
    key = f"unpack:{of.id}:{first}"
    outbox.promise(UNPACK, organisation_id=of.organisation_id, key=key, table=of.id)


def packed(table_id: str) -> Packed | None:
    """Return the next files that lie in the archive only; None where all are unpacked."""
    table = queries.table_by_id(table_id)
    if table is None or table.state is not TableState.STARTED:
        return None
    found = queries.packed_items(table, SLICE)
    if not found:
        return None
    return Packed(
        table.id,
        table.organisation_id,
        table.archive_sha256,
        table.unpacked,
        names=tuple(row.entry for _item, row in found),
        sizes=tuple(item.size for item, _row in found),
    )


def unpack(of: Packed) -> int:
    """Store each file by itself and return how many; slow, and outside of any transaction."""
    here = runtime.current()
    content = here.storage.read(of.organisation_id, of.archive_sha256)
    limit = here.settings.document_limit
    count = 0
    for names in _handfuls(of, HANDFUL):
        for one in apart.unpacked(content, names, file_limit=limit):
            here.storage.put(of.organisation_id, one)
            count += 1
    return count


def _handfuls(of: Packed, most: int) -> Iterator[list[str]]:
    """Yield names whose files have `most` bytes together at most, one name at least."""
    names: list[str] = []
    total = 0
    for name, size in zip(of.names, of.sizes, strict=True):
        if names and total + size > most:
            yield names
            names, total = [], 0
        names.append(name)
        total += size
    if names:
        yield names


def unpacked(of: Packed) -> None:
    """Promise to take in what was unpacked, and to unpack what follows; once for each slice."""
    table = queries.table_by_id(of.table_id)
    if table is None:
        return
    following = of.first + len(of.names)
    changed = session().execute(
        update(IntakeTable)
        .where(IntakeTable.id == of.table_id, IntakeTable.unpacked == of.first)
        .values(unpacked=following)
        .returning(IntakeTable.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        return  # another worker was faster with this slice
    course.join(_intake(table), of.first, following)
    promise(table, following)


def fail(table_id: str) -> None:
    """Mark the files that could not be unpacked after several tries."""
    table = queries.table_by_id(table_id)
    if table is not None and table.intake_id is not None:
        session().execute(
            update(IntakeItem)
            .where(
                IntakeItem.intake_id == table.intake_id,
                IntakeItem.position >= table.unpacked,
                IntakeItem.state == ItemState.WAITING,
            )
            .values(state=ItemState.FAILED)
            .execution_options(synchronize_session=False)
        )
        course.hand_on(_intake(table))


def _intake(of: IntakeTable) -> Intake:
    return session().get_one(Intake, of.intake_id)
