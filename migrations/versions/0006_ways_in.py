"""ways in

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# In words that both databases understand: Alembic would copy the tables and forget their checks.
ADDED = (
    "document_file ADD COLUMN audience VARCHAR(32) DEFAULT 'customer' NOT NULL"
    " CONSTRAINT ck_document_file_audience CHECK (audience IN ('customer', 'internal'))",
    "document_file ADD COLUMN added_by VARCHAR(200)"
    " CONSTRAINT ck_document_file_added_by_length CHECK (length(added_by) <= 200)",
    "document_file ADD COLUMN added_at {moment}",
    "intake ADD COLUMN source VARCHAR(32) DEFAULT 'browser' NOT NULL"
    " CONSTRAINT ck_intake_source"
    " CHECK (source IN ('browser', 'command', 'api', 'drop_folder', 'mail'))",
)


def upgrade() -> None:
    op.create_table(
        "mail_in",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("senders", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_mail_in_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_mail_in")),
    )
    op.create_table(
        "arrived_mail",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("inbox_id", sa.String(length=26), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=True),
        sa.Column("intake_id", sa.String(length=26), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "answering",
                "answered",
                "lost",
                "unanswered",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(id) <= 26", name=op.f("ck_arrived_mail_id_length")),
        sa.CheckConstraint(
            "length(message_id) <= 250", name=op.f("ck_arrived_mail_message_id_length")
        ),
        sa.CheckConstraint("length(sender) <= 254", name=op.f("ck_arrived_mail_sender_length")),
        sa.ForeignKeyConstraint(
            ["inbox_id"],
            ["inbox_message.id"],
            name=op.f("fk_arrived_mail_inbox_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"],
            ["intake.id"],
            name=op.f("fk_arrived_mail_intake_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_arrived_mail_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrived_mail")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_arrived_mail_inbox_id")),
    )
    op.create_table(
        "dropped_file",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.String(length=26), nullable=True),
        sa.Column("refusal", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(id) <= 26", name=op.f("ck_dropped_file_id_length")),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_dropped_file_name_length")),
        sa.CheckConstraint("length(refusal) <= 32", name=op.f("ck_dropped_file_refusal_length")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["intake_item.id"],
            name=op.f("fk_dropped_file_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_dropped_file_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_file")),
    )
    with op.batch_alter_table("dropped_file", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dropped_file_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    for column in ADDED:
        op.execute(f"ALTER TABLE {column}".replace("{moment}", moment))


def downgrade() -> None:
    for column in reversed(ADDED):
        table, _add, _column, name, *_kind = column.split()
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    with op.batch_alter_table("dropped_file", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_dropped_file_open",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.drop_table("dropped_file")
    op.drop_table("arrived_mail")
    op.drop_table("mail_in")
