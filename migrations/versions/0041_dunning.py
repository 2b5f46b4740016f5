"""Reminders: settings, levels reached, pauses, runs; how far each document is reminded of

Revision: 0041, after 0040.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
OWED = sa.text("open_minor > 0")
HOLDS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "reminder_number",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        _key("reminder_number", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", "year", name=op.f("pk_reminder_number")),
    )
    op.create_table(
        "reminder_run",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("makes", sa.Boolean(), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("state", _words("workstate", "running", "stopped", "finished"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due", sa.JSON(), nullable=False),
        sa.Column("spared", sa.JSON(), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        _length("reminder_run", "key", 40),
        _length("reminder_run", "by_id", 64),
        _length("reminder_run", "by_kind", 16),
        _length("reminder_run", "by_name", 200),
        _length("reminder_run", "id", 26),
        _key("reminder_run", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_run")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_reminder_run_organisation_id_key")
        ),
    )
    op.create_index("ix_reminder_run_newest", "reminder_run", ["organisation_id", "id"])

    op.create_table(
        "reminder_settings",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("by_default", sa.Boolean(), nullable=False),
        sa.Column("mode", _words("mode", "propose", "make"), nullable=False),
        sa.Column("collecting", _words("collecting", "customer", "document"), nullable=False),
        sa.Column(
            "day_count",
            _words("daycount", "actual_365", "actual_actual", "actual_360", "thirty_360"),
            nullable=False,
        ),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(length=10), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("last_run_on", sa.Date(), nullable=False),
        _length("reminder_settings", "prefix", 10),
        _key("reminder_settings", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_reminder_settings")),
    )
    op.create_table(
        "reminder_text",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        _length("reminder_text", "body", 2000),
        _length("reminder_text", "language", 2),
        _key("reminder_text", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "organisation_id", "level", "language", name=op.f("pk_reminder_text")
        ),
    )
    op.create_table(
        "reminder_choice",
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("choice", _words("choice", "inherit", "yes", "no"), nullable=False),
        _key("reminder_choice", "customer_id", "customer"),
        _key("reminder_choice", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_reminder_choice")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("run_id", sa.String(length=26), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("state", _words("state", "ordered", "made", "stopped", "failed"), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _length("reminder", "by_id", 64),
        _length("reminder", "by_kind", 16),
        _length("reminder", "by_name", 200),
        _length("reminder", "currency", 3),
        _length("reminder", "customer_id", 26),
        _length("reminder", "id", 26),
        _length("reminder", "number", 40),
        _key("reminder", "document_id", "document"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "customer_id"],
            ["customer.organisation_id", "customer.id"],
            name=op.f("fk_reminder_organisation_id_customer_id"),
            **LATER,
        ),
        _key("reminder", "organisation_id", "organisation"),
        _key("reminder", "run_id", "reminder_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_reminder_organisation_id_number")
        ),
    )
    op.create_index("ix_reminder_customer", "reminder", ["customer_id"])
    op.create_index("ix_reminder_document", "reminder", ["document_id"])

    op.create_table(
        "reminder_pause",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("target_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.Column("cause", _words("cause", "agreement", "dispute", "other"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _length("reminder_pause", "by_name", 200),
        _length("reminder_pause", "customer_id", 26),
        _length("reminder_pause", "id", 26),
        _length("reminder_pause", "reason", 300),
        _length("reminder_pause", "target_id", 26),
        _key("reminder_pause", "document_id", "document"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "customer_id"],
            ["customer.organisation_id", "customer.id"],
            name=op.f("fk_reminder_pause_organisation_id_customer_id"),
            **LATER,
        ),
        _key("reminder_pause", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_pause")),
    )
    op.create_index("ix_reminder_pause_customer", "reminder_pause", ["customer_id"])
    op.create_index(
        "ix_reminder_pause_newest", "reminder_pause", ["organisation_id", "ended_at", "id"]
    )
    op.create_index(
        "uq_reminder_pause_target",
        "reminder_pause",
        ["target_id"],
        unique=True,
        sqlite_where=HOLDS,
        postgresql_where=HOLDS,
    )

    op.create_table(
        "reminder_step",
        sa.Column("lineage_id", sa.String(length=26), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("reminder_id", sa.String(length=26), nullable=True),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.Column("day_before", sa.Date(), nullable=True),
        sa.Column("open_minor", sa.BigInteger(), nullable=True),
        sa.Column("interest_minor", sa.BigInteger(), nullable=True),
        _length("reminder_step", "lineage_id", 26),
        _key("reminder_step", "document_id", "document"),
        _key("reminder_step", "organisation_id", "organisation"),
        _key("reminder_step", "reminder_id", "reminder"),
        sa.PrimaryKeyConstraint("lineage_id", "level", name=op.f("pk_reminder_step")),
    )
    op.create_index("ix_reminder_step_document", "reminder_step", ["document_id"])
    op.create_index("ix_reminder_step_reminder", "reminder_step", ["reminder_id"])

    op.add_column(
        "document", sa.Column("reminded_level", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("document", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_document_overdue",
        "document",
        ["organisation_id", "state", "reminded_level", "due_date", "id"],
        sqlite_where=OWED,
        postgresql_where=OWED,
    )
    op.create_index(
        "ix_document_reminded",
        "document",
        ["organisation_id", "state", "reminded_level", "reminded_on", "id"],
        sqlite_where=OWED,
        postgresql_where=OWED,
    )


def downgrade() -> None:
    op.drop_index("ix_document_reminded", "document")
    op.drop_index("ix_document_overdue", "document")
    op.drop_column("document", "reminded_on")
    op.drop_column("document", "reminded_level")
    for table in ("step", "pause", "", "choice", "text", "settings", "run", "number"):
        op.drop_table(f"reminder_{table}".rstrip("_"))


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **LATER)


def _length(table: str, column: str, most: int) -> sa.CheckConstraint:
    quoted = f'"{column}"' if column == "key" else column
    name = op.f(f"ck_{table}_{column}_length")
    return sa.CheckConstraint(f"length({quoted}) <= {most}", name=name)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
