"""Taking in a table with an archive: read once, columns chosen, then started."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, update

from app.core import clock, db, ids, journal, runtime
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.progress import WorkState
from app.documents.actions import keeping
from app.intake.actions import unpacking
from app.intake.actions.reception import Sent
from app.intake.formats import apart
from app.intake.models import (
    ColumnMapping,
    Intake,
    IntakeItem,
    IntakeRow,
    IntakeTable,
    ItemState,
    TableState,
)
from app.intake.rules import mapping, plan
from app.intake.rules.cells import Table
from app.intake.rules.columns import Columns
from app.intake.rules.plan import Entry, Line, Plan


@dataclass(frozen=True, slots=True)
class Brought:
    """A table and an archive that lie in the storage, and what they were read as."""

    organisation_id: str
    table_name: str
    table_sha256: str
    archive_name: str
    archive_sha256: str
    contents_sha256: str
    rows: int
    files: int


def read_table(sent: Sent) -> Table:
    """Read a table; raises `UnreadableError`. Outside of any transaction."""
    return apart.table(sent.content)


def read_archive(sent: Sent) -> list[Entry]:
    """Read what an archive holds; raises `UnreadableError`. Outside of any transaction."""
    limit = runtime.current().settings.document_limit
    return apart.entries(sent.content, file_limit=limit)


def store(
    organisation_id: str, sent: tuple[Sent, Sent], table: Table, entries: Sequence[Entry]
) -> Brought:
    """Keep the bytes of table and archive, and what they were read as; before any transaction."""
    first, second = (keeping.store(organisation_id, one.name, one.content) for one in sent)
    contents = {"table": table.to_json(), "files": [entry.to_json() for entry in entries]}
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))
    return Brought(
        organisation_id,
        table_name=first.name,
        table_sha256=first.sha256,
        archive_name=second.name,
        archive_sha256=second.sha256,
        contents_sha256=runtime.current().storage.put(organisation_id, text.encode()),
        rows=len(table.rows),
        files=len(entries),
    )


def keep(brought: Brought, by: journal.Actor) -> IntakeTable:
    """Keep a table as a draft."""
    table = IntakeTable(
        id=ids.new(),
        organisation_id=brought.organisation_id,
        by_id=by.id,
        by_name=by.name[:200],
        created_at=clock.now(),
        state=TableState.DRAFT,
        table_name=brought.table_name,
        table_sha256=brought.table_sha256,
        archive_name=brought.archive_name,
        archive_sha256=brought.archive_sha256,
        contents_sha256=brought.contents_sha256,
        rows=brought.rows,
        files=brought.files,
        unpacked=0,
    )
    session().add(table)
    _note("table.brought", table, by, rows=brought.rows, files=brought.files)
    return table


def contents(of: IntakeTable) -> tuple[Table, list[Entry]]:
    """Return what a table and its archive were read as."""
    data = json.loads(runtime.current().storage.read(of.organisation_id, of.contents_sha256))
    return Table.from_json(data["table"]), [Entry(*entry) for entry in data["files"]]


def planned(of: IntakeTable) -> Plan:
    """Return what will happen with the columns as they are chosen."""
    table, entries = contents(of)
    assert of.columns is not None
    return plan.plan(mapping.readings(table, Columns.from_json(of.columns)), entries)


def choose(of: IntakeTable, headings: Sequence[str], columns: Columns, by: journal.Actor) -> None:
    """Keep which column means what, also for the next table with these headings."""
    if not _change_draft(of, columns=columns.to_json()):
        raise Refused(_("This table is being taken in already. Its columns stay."))
    values = {"columns": columns.to_json(), "saved_at": clock.now()}
    row = db.insert(ColumnMapping).values(
        organisation_id=of.organisation_id, signature=mapping.signature(headings), **values
    )
    key = [ColumnMapping.organisation_id, ColumnMapping.signature]
    session().execute(row.on_conflict_do_update(index_elements=key, set_=values))
    _note("table.columns_chosen", of, by)


def start(
    of: IntakeTable, lines: Sequence[Line], by: journal.Actor, *, creates_customers: bool
) -> Intake:
    """Begin the intake of a table's good lines, and promise to unpack their files.

    Raises `Refused` where there is none, and where somebody started it already.
    """
    if not lines:
        raise Refused(_("No row of this table can be taken in. Nothing was changed."))
    intake = Intake(
        id=ids.new(),
        organisation_id=of.organisation_id,
        by_name=by.name[:200],
        created_at=clock.now(),
        total=len(lines),
        creates_customers=creates_customers,
        state=WorkState.RUNNING,
        done_before=0,
    )
    session().add(intake)
    session().flush()
    if not _change_draft(of, state=TableState.STARTED, intake_id=intake.id):
        raise Refused(_("This table is being taken in already."))
    pairs = [_item(of, intake, position, line) for position, line in enumerate(lines)]
    session().execute(insert(IntakeItem), [item for item, _row in pairs])
    session().execute(insert(IntakeRow), [row for _item, row in pairs])
    unpacking.promise(of, 0)
    journal.record(
        "intake.started",
        by,
        organisation_id=of.organisation_id,
        about=("intake", intake.id),
        files=len(lines),
        table=of.id,
    )
    return intake


def sweep() -> None:
    """Forget drafts that nobody took in."""
    session().execute(
        delete(IntakeTable).where(
            IntakeTable.state == TableState.DRAFT,
            IntakeTable.created_at < clock.now() - mapping.DRAFT_LIFE,
        )
    )


def _item(
    of: IntakeTable, intake: Intake, position: int, line: Line
) -> tuple[dict[str, Any], dict[str, Any]]:
    entry, said = line.entry, line.reading.said
    assert entry is not None
    assert said is not None
    item = {
        "id": ids.new(),
        "intake_id": intake.id,
        "position": position,
        "name": keeping.safe_name(entry.name),
        "sha256": entry.sha256,
        "size": entry.size,
        "state": ItemState.WAITING,
        # It gets no turn before its bytes lie in the storage by themselves.
        "is_promised": True,
    }
    row = {
        "item_id": item["id"],
        "table_id": of.id,
        "number": line.reading.row.number,
        "entry": entry.name,
        "described": said.to_json(),
    }
    return item, row


def _change_draft(of: IntakeTable, **values: object) -> bool:
    """Change a table that nobody has started; False where somebody was faster."""
    changed = session().execute(
        update(IntakeTable)
        .where(IntakeTable.id == of.id, IntakeTable.state == TableState.DRAFT)
        .values(**values)
        .returning(IntakeTable.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


def _note(name: str, of: IntakeTable, by: journal.Actor, **data: int) -> None:
    journal.record(
        name, by, organisation_id=of.organisation_id, about=("intake_table", of.id), **data
    )
