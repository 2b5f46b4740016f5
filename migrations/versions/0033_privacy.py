"""Personal data: exports of all that is known, and who was forgotten

Revision: 0033, after 0032.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
KINDS = ("person", "customer")


def upgrade() -> None:
    _create_exports()
    lengths = {"id": 26, "organisation_id": 26, "subject_id": 26, "by_name": 200}
    op.create_table(
        "erasure",
        *_texts(lengths),
        _kind(),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *_lengths("erasure", lengths),
        _key("erasure", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint(
            "organisation_id",
            "subject_kind",
            "subject_id",
            name=op.f("uq_erasure_organisation_id_subject_kind_subject_id"),
        ),
    )
    op.create_index("ix_erasure_held_until", "erasure", ["finished_at", "held_until"])


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_table("privacy_export")


def _create_exports() -> None:
    lengths = {"id": 26, "organisation_id": 26, "subject_id": 26, "subject_name": 200}
    lengths |= {"person_id": 26, "person_name": 200}
    op.create_table(
        "privacy_export",
        *_texts(lengths),
        _kind(),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("is_failed", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_lengths("privacy_export", lengths),
        _key("privacy_export", "organisation_id", "organisation"),
        _key("privacy_export", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_export")),
    )
    op.create_index("ix_privacy_export_subject", "privacy_export", ["subject_id", "id"])
    op.create_index("ix_privacy_export_expires_at", "privacy_export", ["expires_at"])


def _texts(lengths: dict[str, int]) -> list[sa.Column[str]]:
    return [
        sa.Column(name, sa.String(length=most), nullable=False) for name, most in lengths.items()
    ]


def _lengths(table: str, lengths: dict[str, int]) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in lengths.items()
    ]


def _kind() -> sa.Column[str]:
    words = sa.Enum(
        *KINDS, name="subjectkind", native_enum=False, create_constraint=True, length=32
    )
    return sa.Column("subject_kind", words, nullable=False)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **LATER)
