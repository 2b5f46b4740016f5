"""tables with archives

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(signature) <= 64", name=op.f("ck_column_mapping_signature_length")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_column_mapping_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "signature", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "intake_table",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "started",
                name="tablestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("table_name", sa.String(length=200), nullable=False),
        sa.Column("table_sha256", sa.String(length=64), nullable=False),
        sa.Column("archive_name", sa.String(length=200), nullable=False),
        sa.Column("archive_sha256", sa.String(length=64), nullable=False),
        sa.Column("contents_sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("intake_id", sa.String(length=26), nullable=True),
        sa.Column("unpacked", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(archive_name) <= 200", name=op.f("ck_intake_table_archive_name_length")
        ),
        sa.CheckConstraint(
            "length(archive_sha256) <= 64", name=op.f("ck_intake_table_archive_sha256_length")
        ),
        sa.CheckConstraint("length(by_id) <= 64", name=op.f("ck_intake_table_by_id_length")),
        sa.CheckConstraint("length(by_name) <= 200", name=op.f("ck_intake_table_by_name_length")),
        sa.CheckConstraint(
            "length(contents_sha256) <= 64", name=op.f("ck_intake_table_contents_sha256_length")
        ),
        sa.CheckConstraint("length(id) <= 26", name=op.f("ck_intake_table_id_length")),
        sa.CheckConstraint(
            "length(table_name) <= 200", name=op.f("ck_intake_table_table_name_length")
        ),
        sa.CheckConstraint(
            "length(table_sha256) <= 64", name=op.f("ck_intake_table_table_sha256_length")
        ),
        sa.ForeignKeyConstraint(
            ["intake_id"],
            ["intake.id"],
            name=op.f("fk_intake_table_intake_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_intake_table_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_table")),
    )
    with op.batch_alter_table("intake_table", schema=None) as batch_op:
        batch_op.create_index("ix_intake_table_expiry", ["state", "created_at"], unique=False)
        batch_op.create_index(
            "ix_intake_table_organisation", ["organisation_id", "state", "id"], unique=False
        )

    op.create_table(
        "intake_row",
        sa.Column("item_id", sa.String(length=26), nullable=False),
        sa.Column("table_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=400), nullable=False),
        sa.Column("described", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(entry) <= 400", name=op.f("ck_intake_row_entry_length")),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["intake_item.id"],
            name=op.f("fk_intake_row_item_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["intake_table.id"],
            name=op.f("fk_intake_row_table_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_intake_row")),
    )


def downgrade() -> None:
    op.drop_table("intake_row")
    with op.batch_alter_table("intake_table", schema=None) as batch_op:
        batch_op.drop_index("ix_intake_table_organisation")
        batch_op.drop_index("ix_intake_table_expiry")

    op.drop_table("intake_table")
    op.drop_table("column_mapping")
