"""The journal is sealed: chains, triggers that refuse changes, where lines came from

Revision: 0030, after 0029. Lines that are there already are sealed here, in the order of their ids;
the network address of failed sign-ins moves out of them before, so that it can be forgotten.
"""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
SLICE = 5_000
INDEXES = {
    "ix_journal_entry_actor": ["organisation_id", "actor_id", "id"],
    "ix_journal_entry_name": ["organisation_id", "name", "id"],
    "ix_journal_entry_actor_name": ["organisation_id", "actor_id", "name", "id"],
}
GUARDED = ("journal_entry", "journal_seal")
REFUSAL = "the journal is only ever added to"
KEYS = {
    "journal_entry": "id = NEW.id",
    "journal_seal": "entry_id = NEW.entry_id"
    " OR (organisation_id = NEW.organisation_id AND sequence = NEW.sequence)",
}

ENTRY = sa.table(
    "journal_entry",
    *(
        sa.column(name, kind)
        for name, kind in {
            "id": sa.String(),
            "at": sa.DateTime(timezone=True),
            "organisation_id": sa.String(),
            "name": sa.String(),
            "actor_kind": sa.String(),
            "actor_id": sa.String(),
            "actor_name": sa.String(),
            "object_kind": sa.String(),
            "object_id": sa.String(),
            "version": sa.Integer(),
            "data": sa.JSON(),
        }.items()
    ),
)


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "journal_entry", columns)
    op.add_column(
        "organisation", sa.Column("origin_days", sa.Integer(), nullable=False, server_default="90")
    )
    head, seal, origin = _head(), _seal(), _origin()
    _seal_all(head, seal, origin)
    for table in GUARDED:
        _guard(table)


def downgrade() -> None:
    for table in GUARDED:
        _unguard(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_journal_change()")
    for table in ("journal_origin", "journal_head", "journal_seal"):
        op.drop_table(table)
    op.drop_column("organisation", "origin_days")
    for name in INDEXES:
        op.drop_index(name, "journal_entry")


def _head() -> sa.Table:
    return op.create_table(
        "journal_head",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        *_lengths("journal_head", organisation_id=26, hash=64),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_journal_head")),
    )


def _seal() -> sa.Table:
    return op.create_table(
        "journal_seal",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        *_lengths("journal_seal", organisation_id=26, entry_id=26, hash=64),
        _of_entry("journal_seal"),
        sa.PrimaryKeyConstraint("organisation_id", "sequence", name=op.f("pk_journal_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_journal_seal_entry_id")),
    )


def _origin() -> sa.Table:
    made = op.create_table(
        "journal_origin",
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        *_lengths("journal_origin", entry_id=26, organisation_id=26, address=45, agent=300),
        _of_entry("journal_origin"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal_origin")),
    )
    op.create_index(
        "ix_journal_origin_organisation", "journal_origin", ["organisation_id", "entry_id"]
    )
    return made


def _lengths(table: str, **most: int) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {limit}", name=op.f(f"ck_{table}_{name}_length"))
        for name, limit in most.items()
    ]


def _of_entry(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["entry_id"], ["journal_entry.id"], name=op.f(f"fk_{table}_entry_id"), **LATER
    )


def _seal_all(head: sa.Table, seal: sa.Table, origin: sa.Table) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("LOCK TABLE journal_entry IN SHARE ROW EXCLUSIVE MODE")
    after, heads = "", {}
    while True:
        rows = sa.select(ENTRY).where(ENTRY.c.id > after).order_by(ENTRY.c.id).limit(SLICE)
        found = [dict(row._mapping) for row in connection.execute(rows)]
        if not found:
            break
        origins = [one for row in found if (one := _take_origin(connection, row)) is not None]
        seals = [_next(heads, row) for row in found]
        connection.execute(sa.insert(seal), seals)
        if origins:
            connection.execute(sa.insert(origin), origins)
        after = found[-1]["id"]
    newest = [
        {"organisation_id": chain, "sequence": sequence, "hash": hashed}
        for chain, (sequence, hashed) in heads.items()
    ]
    if newest:
        connection.execute(sa.insert(head), newest)
    if connection.dialect.name == "postgresql":
        # Triggers cannot be made while references are still to be checked.
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        op.execute("SET CONSTRAINTS ALL DEFERRED")


def _take_origin(connection: sa.Connection, row: dict) -> dict | None:
    if row["name"] != "person.sign_in_failed" or "address" not in row["data"]:
        return None
    address = str(row["data"].pop("address"))[:45]
    changed = sa.update(ENTRY).where(ENTRY.c.id == row["id"]).values(data=row["data"])
    connection.execute(changed)
    return {
        "entry_id": row["id"],
        "organisation_id": row["organisation_id"] or "",
        "address": address,
        "agent": "",
    }


def _next(heads: dict, row: dict) -> dict:
    chain = row["organisation_id"] or ""
    sequence, before = heads.get(chain, (0, "0" * 64))
    at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
    told = row | {"at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    told = {name: value for name, value in told.items() if value is not None}
    written = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    hashed = hashlib.sha256((before + written).encode()).hexdigest()
    heads[chain] = (sequence + 1, hashed)
    return {
        "organisation_id": chain,
        "sequence": sequence + 1,
        "entry_id": row["id"],
        "hash": hashed,
    }


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
        )
        # Holds in replicas' and restorers' sessions too, which skip plain triggers.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_guard")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_guard_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE removes a row without asking the trigger for DELETE.
    op.execute(
        f"CREATE TRIGGER {table}_guard_insert BEFORE INSERT ON {table}"  # noqa: S608
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _unguard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_guard ON {table}")
        return
    for verb in ("update", "delete", "insert"):
        op.execute(f"DROP TRIGGER {table}_guard_{verb}")
