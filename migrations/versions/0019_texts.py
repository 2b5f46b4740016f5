"""Own texts; logo, imprint and privacy notice of an organisation

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
KINDS = ("invoice", "reminder", "quote", "credit_note", "delivery_note", "order_confirmation")


def upgrade() -> None:
    op.add_column("organisation", sa.Column("logo", sa.JSON(), nullable=True))
    for name in ("imprint_url", "privacy_url"):
        # Written out: both databases know it, and SQLite need not copy a table others refer to.
        op.execute(
            f"ALTER TABLE organisation ADD COLUMN {name} VARCHAR(300) DEFAULT '' NOT NULL "
            f"CONSTRAINT ck_organisation_{name}_length CHECK (length({name}) <= 300)"
        )
    op.create_index("ix_organisation_base_url", "organisation", ["base_url"])
    _create_logos()
    _create_texts()


def downgrade() -> None:
    op.drop_table("own_text")
    op.drop_table("organisation_logo")
    op.drop_index("ix_organisation_base_url", table_name="organisation")
    for name in ("privacy_url", "imprint_url", "logo"):
        op.drop_column("organisation", name)


def _create_logos() -> None:
    lengths = {"organisation_id": 26, "sha256": 64}
    op.create_table(
        "organisation_logo",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ending", _words("ending", "png", "svg"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_lengths("organisation_logo", {"sha256": lengths["sha256"]}),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_logo_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "sha256", name=op.f("pk_organisation_logo")),
    )
    op.create_index("ix_organisation_logo_sha256", "organisation_logo", ["sha256", "ending"])


def _create_texts() -> None:
    lengths = {"body": 8000, "button": 60, "changed_by": 200, "id": 26, "language": 2}
    lengths |= {"note": 2000, "subject": 200}
    op.create_table(
        "own_text",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("kind", _words("kind", *KINDS), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("body", sa.String(length=8000), nullable=True),
        sa.Column("button", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        *_lengths("own_text", lengths),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_own_text_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_text")),
        sa.UniqueConstraint(
            "organisation_id",
            "kind",
            "language",
            name=op.f("uq_own_text_organisation_id_kind_language"),
        ),
    )


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _lengths(table: str, lengths: dict[str, int]) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in lengths.items()
    ]
