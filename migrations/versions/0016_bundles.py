"""Bundles: documents taken along as a ZIP; statements of account are summed from an index

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
INDEX = "ix_document_customer_kind"
BEFORE = ["organisation_id", "customer_id", "state", "kind", "listed_on", "id"]
ROLES = ("administrator", "staff", "auditor", "primary_contact", "contact", "guest", "api_key")
REASONS = ("empty", "too_many", "too_large", "given_up")
LENGTHS = {"customer_id": 26, "id": 26, "language": 8, "person_name": 200}


def upgrade() -> None:
    op.drop_index(INDEX, table_name="document")
    op.create_index(INDEX, "document", [*BEFORE, "currency", "payable_minor"])
    op.create_table(
        "bundle",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("role", _words("role", *ROLES), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=True),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("pattern", _words("pattern", "date", "number", "folders"), nullable=False),
        sa.Column("with_internal", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", _words("state", "waiting", "done", "failed"), nullable=False),
        sa.Column("reason", _words("reason", *REASONS), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_bundle_{name}_length"))
            for name, most in LENGTHS.items()
        ),
        _key("bundle", "organisation_id", "organisation"),
        _key("bundle", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index("ix_bundle_person", "bundle", ["person_id", "id"])
    op.create_index("ix_bundle_expires_at", "bundle", ["expires_at"])
    op.create_table(
        "bundle_document",
        sa.Column("bundle_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        _key("bundle_document", "bundle_id", "bundle"),
        _key("bundle_document", "document_id", "document"),
        sa.PrimaryKeyConstraint("bundle_id", "document_id", name=op.f("pk_bundle_document")),
    )


def downgrade() -> None:
    op.drop_table("bundle_document")
    op.drop_table("bundle")
    op.drop_index(INDEX, table_name="document")
    op.create_index(INDEX, "document", BEFORE)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **LATER)
