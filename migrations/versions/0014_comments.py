"""What is said about documents: comments, internal notes, their files

Revision: 0014, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lineage_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "internal",
                "customer",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum(
                "house",
                "customer",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("author_kind", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("sent_as", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(author_id) <= 26", name=op.f("ck_comment_author_id_length")),
        sa.CheckConstraint("length(author_kind) <= 16", name=op.f("ck_comment_author_kind_length")),
        sa.CheckConstraint(
            "length(author_name) <= 200", name=op.f("ck_comment_author_name_length")
        ),
        sa.CheckConstraint("length(customer_id) <= 26", name=op.f("ck_comment_customer_id_length")),
        sa.CheckConstraint("length(document_id) <= 26", name=op.f("ck_comment_document_id_length")),
        sa.CheckConstraint("length(id) <= 26", name=op.f("ck_comment_id_length")),
        sa.CheckConstraint("length(lineage_id) <= 26", name=op.f("ck_comment_lineage_id_length")),
        sa.CheckConstraint("length(sent_as) <= 64", name=op.f("ck_comment_sent_as_length")),
        sa.CheckConstraint("length(text) <= 4000", name=op.f("ck_comment_text_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "document_id"],
            ["document.organisation_id", "document.id"],
            name=op.f("fk_comment_organisation_id_document_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_comment_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("sent_as", name=op.f("uq_comment_sent_as")),
    )
    op.create_index("ix_comment_thread", "comment", ["lineage_id", "audience", "id"])
    op.create_table(
        "comment_file",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("comment_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(id) <= 26", name=op.f("ck_comment_file_id_length")),
        sa.CheckConstraint(
            "length(media_type) <= 100", name=op.f("ck_comment_file_media_type_length")
        ),
        sa.CheckConstraint("length(name) <= 200", name=op.f("ck_comment_file_name_length")),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_comment_file_sha256_length")),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_file_comment_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_comment_file_organisation_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_file")),
    )
    op.create_index("ix_comment_file_comment", "comment_file", ["comment_id", "position"])


def downgrade() -> None:
    op.drop_table("comment_file")
    op.drop_table("comment")
