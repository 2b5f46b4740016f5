"""Every look-up of tables with their archives, and of what they say about files."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import (
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.access.principal import Principal
from app.core import clock
from app.core.db import session
from app.documents.models import Document
from app.intake.models import (
    ColumnMapping,
    IntakeItem,
    IntakeRow,
    IntakeTable,
    TableState,
)
from app.intake.queries.intakes import staff_only
from app.intake.rules import mapping
from app.intake.rules.outlook import Known, is_by_name
from app.intake.rules.plan import Line
from app.organisations.models import Customer

PARAMETERS = 30_000
"""How many values one statement may carry: SQLite takes 32,766, PostgreSQL 65,535."""


def table(who: Principal, table_id: str) -> IntakeTable | None:
    """Return one table with its archive, for staff; a draft that has run out is gone."""
    is_alive = or_(
        IntakeTable.state == TableState.STARTED,
        IntakeTable.created_at > clock.now() - mapping.DRAFT_LIFE,
    )
    rows = select(IntakeTable).where(
        IntakeTable.id == table_id, IntakeTable.organisation_id == who.organisation_id, is_alive
    )
    return session().scalar(rows.where(staff_only(who)))


def drafts(who: Principal, limit: int) -> list[IntakeTable]:
    """Return the newest tables that nobody has taken in yet."""
    rows = select(IntakeTable).where(
        IntakeTable.organisation_id == who.organisation_id,
        IntakeTable.state == TableState.DRAFT,
        IntakeTable.created_at > clock.now() - mapping.DRAFT_LIFE,
        staff_only(who),
    )
    return list(session().scalars(rows.order_by(IntakeTable.id.desc()).limit(limit)))


def table_by_id(table_id: str) -> IntakeTable | None:
    """Return a table with its archive; for jobs."""
    return session().get(IntakeTable, table_id)


def packed_items(of: IntakeTable, limit: int) -> list[tuple[IntakeItem, IntakeRow]]:
    """Return the next files of a table's intake that still lie in the archive only, in order."""
    rows = (
        select(IntakeItem, IntakeRow)
        .join(IntakeRow, IntakeRow.item_id == IntakeItem.id)
        .where(IntakeItem.intake_id == of.intake_id, IntakeItem.position >= of.unpacked)
        .order_by(IntakeItem.position)
        .limit(limit)
    )
    return [(row.IntakeItem, row.IntakeRow) for row in session().execute(rows)]


def row_of(item_id: str) -> tuple[IntakeRow, IntakeTable] | None:
    """Return the row that describes a file of an intake, and its table; None where there is none."""
    row = (
        session()
        .execute(
            select(IntakeRow, IntakeTable)
            .join(IntakeTable, IntakeTable.id == IntakeRow.table_id)
            .where(IntakeRow.item_id == item_id)
        )
        .one_or_none()
    )
    return None if row is None else (row.IntakeRow, row.IntakeTable)


def remembered(organisation_id: str, headings: Iterable[str]) -> ColumnMapping | None:
    """Return what was chosen the last time for a table with these headings."""
    return session().get(ColumnMapping, (organisation_id, mapping.signature(headings)))


def known(organisation_id: str, lines: Collection[Line]) -> Known:
    """Return which of the lines' files and customers are there already, by few statements."""
    said = [line.reading.said for line in lines if line.reading.said is not None]
    signs: dict[str, set[str]] = {
        "number": {one.customer_number for one in said},
        "email": {one.customer_email for one in said},
        "name": {one.customer_name.lower() for one in said if is_by_name(one)},
    }
    originals = {line.entry.sha256 for line in lines if line.entry is not None}
    rows = select(Document.original).where(
        Document.organisation_id == organisation_id, Document.original.in_(originals)
    )
    return Known(frozenset(session().scalars(rows)), _known_signs(organisation_id, signs))


def _known_signs(organisation_id: str, signs: dict[str, set[str]]) -> frozenset[tuple[str, str]]:
    """Return the signs that fit exactly one customer."""
    columns: dict[str, InstrumentedAttribute[Any]] = {
        "number": Customer.number,
        "email": Customer.email,
        "name": Customer.name_sort,
    }
    looks = [
        select(literal(name).label("sign"), columns[name].label("value")).where(
            Customer.organisation_id == organisation_id, columns[name].in_(values - {""})
        )
        for name, values in signs.items()
        if values - {""}
    ]
    if not looks:
        return frozenset()
    is_small = sum(map(len, signs.values())) < PARAMETERS
    statements = [union_all(*looks)] if is_small else looks
    found = Counter((row.sign, row.value) for one in statements for row in session().execute(one))
    return frozenset(sign for sign, count in found.items() if count == 1)


def customer_named(organisation_id: str, name: str) -> Customer | None:
    """Return the one customer of this name; a name that fits two fits none."""
    rows = select(Customer).where(
        Customer.organisation_id == organisation_id, Customer.name_sort == name.lower()[:200]
    )
    found = session().scalars(rows.limit(2)).all()
    return found[0] if len(found) == 1 else None
