"""Delivery ladders, each climb and each of its steps; text messages that remind of a document

Revision: 0044, after 0043.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
WAITS = sa.text("due_at IS NOT NULL")
PURPOSES = ("code", "notice", "test")
MORE_PURPOSES = ("code", "notice", "delivery", "test")
DEEDS = ("remind", "text", "print", "email", "ebill", "efaktura", "peppol")
ENDS = (*("opened", "paid", "answered", "superseded", "withdrawn", "cancelled", "done", "by_hand"),)


def upgrade() -> None:
    _allow("text_message", "purpose", MORE_PURPOSES, before=PURPOSES)
    op.create_table(
        "ladder_settings",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("subdivision", sa.String(length=10), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        _length("ladder_settings", "subdivision", 10),
        _key("ladder_settings", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_ladder_settings")),
    )
    op.create_table(
        "ladder",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("customers", _words("group", "all", "private", "business"), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _length("ladder", "id", 26),
        _length("ladder", "kind", 32),
        _key("ladder", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder")),
        sa.UniqueConstraint(
            *("organisation_id", "kind", "customers"),
            name=op.f("uq_ladder_organisation_id_kind_customers"),
        ),
    )
    op.create_table(
        "climb",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("recipient_id", sa.String(length=26), nullable=False),
        sa.Column("dispatch_id", sa.String(length=26), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("state", _words("state", "running", "finished", "stopped"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_position", sa.Integer(), nullable=True),
        sa.Column("next_deed", _words("deed", *DEEDS), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", _words("end", *ENDS), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _length("climb", "id", 26),
        _length("climb", "document_id", 26),
        sa.ForeignKeyConstraint(
            ["organisation_id", "document_id"],
            ["document.organisation_id", "document.id"],
            name=op.f("fk_climb_organisation_id_document_id"),
            **LATER,
        ),
        _key("climb", "organisation_id", "organisation"),
        _key("climb", "customer_id", "customer"),
        _key("climb", "recipient_id", "recipient"),
        _key("climb", "dispatch_id", "dispatch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_climb")),
        sa.UniqueConstraint(
            "document_id", "recipient_id", name=op.f("uq_climb_document_id_recipient_id")
        ),
    )
    for name, columns in (
        ("ix_climb_due", ["due_at", "id"]),
        ("ix_climb_day", ["organisation_id", "due_at", "id"]),
    ):
        op.create_index(name, "climb", columns, sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index("ix_climb_customer", "climb", ["customer_id"])
    op.create_index("ix_climb_dispatch", "climb", ["dispatch_id"])
    op.create_table(
        "climb_step",
        sa.Column("climb_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deed", _words("deed", *DEEDS), nullable=False),
        sa.Column("hindrance", sa.String(length=300), nullable=False),
        sa.Column("cost_minor", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _length("climb_step", "hindrance", 300),
        _length("climb_step", "by_name", 200),
        _key("climb_step", "climb_id", "climb"),
        sa.PrimaryKeyConstraint("climb_id", "position", name=op.f("pk_climb_step")),
    )


def downgrade() -> None:
    for table in ("climb_step", "climb", "ladder", "ladder_settings"):
        op.drop_table(table)
    op.execute("UPDATE text_message SET purpose = 'notice' WHERE purpose = 'delivery'")
    _allow("text_message", "purpose", PURPOSES, before=MORE_PURPOSES)


def _allow(table: str, column: str, words: tuple[str, ...], *, before: tuple[str, ...]) -> None:
    """Let a column take other words than before."""
    name = column
    if op.get_bind().dialect.name != "sqlite":
        constraint = op.f(f"ck_{table}_{name}")
        op.drop_constraint(constraint, table, type_="check")
        op.create_check_constraint(constraint, table, sa.column(column).in_(words))
        return
    # Others refer to the table: it cannot be copied. A changed CHECK changes nothing on disk, so its
    # text may be changed in place (sqlite.org/lang_altertable.html, 7).
    old, new = (f"{column} IN ({', '.join(repr(one) for one in each)})" for each in (before, words))
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = :name AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new, "name": table},
    )
    assert changed.rowcount == 1, f"{table} has no check {old}"
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **LATER)


def _length(table: str, column: str, most: int) -> sa.CheckConstraint:
    name = op.f(f"ck_{table}_{column}_length")
    return sa.CheckConstraint(f"length({column}) <= {most}", name=name)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
