"""Evidence packs: all that is known of a document as one ZIP

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
TABLE = "evidence_pack"
REASONS = ("too_large", "damaged", "given_up")
LENGTHS = {
    "detail": 200,
    "document_id": 26,
    "id": 26,
    "lineage_id": 26,
    "number": 100,
    "person_name": 200,
    "sha256": 64,
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("lineage_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("with_internal", sa.Boolean(), nullable=False),
        sa.Column("state", _words("state", "waiting", "done", "failed"), nullable=False),
        sa.Column("reason", _words("reason", *REASONS), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{TABLE}_{name}_length"))
            for name, most in LENGTHS.items()
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "document_id"],
            ["document.organisation_id", "document.id"],
            name=op.f(f"fk_{TABLE}_organisation_id_document_id"),
            **LATER,
        ),
        _key("organisation_id", "organisation"),
        _key("person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_person", TABLE, ["person_id", "id"])
    op.create_index(f"ix_{TABLE}_expires_at", TABLE, ["expires_at"])


def downgrade() -> None:
    op.drop_table(TABLE)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{TABLE}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **LATER)
