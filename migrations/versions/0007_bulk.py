"""releases; intakes that can be stopped; the visit before this one

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = ("running", "stopped", "finished")
LATER = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", _words("workstate", *STATES), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_before", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(by_id) <= 64", name=op.f("ck_release_by_id_length")),
        sa.CheckConstraint("length(by_kind) <= 16", name=op.f("ck_release_by_kind_length")),
        sa.CheckConstraint("length(by_name) <= 200", name=op.f("ck_release_by_name_length")),
        sa.CheckConstraint("length(id) <= 26", name=op.f("ck_release_id_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_release_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_release_organisation_id_id")),
    )
    op.create_index("ix_release_organisation", "release", ["organisation_id", "id"])
    op.create_index("ix_release_state", "release", ["organisation_id", "state", "id"])
    _create_items()
    op.create_index("ix_dispatch_changed", "dispatch", ["organisation_id", "state", "changed_at"])
    # Written out: both databases know it, and SQLite need not copy the table, which others refer to.
    op.execute(
        "ALTER TABLE intake ADD COLUMN state VARCHAR(32) DEFAULT 'finished' NOT NULL "
        f"CONSTRAINT ck_intake_workstate CHECK (state IN {STATES})"
    )
    op.add_column("intake", sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("intake", _with_default("done_before", sa.Integer(), sa.text("0")))
    op.create_index("ix_intake_state", "intake", ["organisation_id", "state", "id"])
    op.add_column("intake_item", _with_default("is_promised", sa.Boolean(), sa.false()))
    op.drop_index("ix_intake_item_state", table_name="intake_item")
    op.create_index("ix_intake_item_state", "intake_item", ["intake_id", "state", "position"])
    op.add_column(
        "login_session", sa.Column("seen_before_at", sa.DateTime(timezone=True), nullable=True)
    )
    # Every file that waits had its promise from the beginning.
    op.execute("UPDATE intake_item SET is_promised = true WHERE state = 'waiting'")
    op.execute(
        "UPDATE intake SET state = 'running' WHERE id IN"
        " (SELECT intake_id FROM intake_item WHERE state = 'waiting')"
    )


def _create_items() -> None:
    op.create_table(
        "release_item",
        sa.Column("release_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            _words("itemstate", "waiting", "published", "refused", "failed"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "length(document_id) <= 26", name=op.f("ck_release_item_document_id_length")
        ),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_release_item_reason_length")),
        sa.CheckConstraint(
            "length(release_id) <= 26", name=op.f("ck_release_item_release_id_length")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "document_id"],
            ["document.organisation_id", "document.id"],
            name=op.f("fk_release_item_organisation_id_document_id"),
            **LATER,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "release_id"],
            ["release.organisation_id", "release.id"],
            name=op.f("fk_release_item_organisation_id_release_id"),
            **LATER,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_release_item_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("release_id", "position", name=op.f("pk_release_item")),
        sa.UniqueConstraint(
            "release_id", "document_id", name=op.f("uq_release_item_release_id_document_id")
        ),
    )
    op.create_index("ix_release_item_state", "release_item", ["release_id", "state", "position"])


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _with_default(name: str, kind: sa.types.TypeEngine, default: object) -> sa.Column:
    return sa.Column(name, kind, nullable=False, server_default=default)


def downgrade() -> None:
    op.drop_column("login_session", "seen_before_at")
    op.drop_index("ix_intake_item_state", table_name="intake_item")
    op.create_index("ix_intake_item_state", "intake_item", ["intake_id", "state"])
    op.drop_column("intake_item", "is_promised")
    op.drop_index("ix_intake_state", table_name="intake")
    op.drop_column("intake", "done_before")
    op.drop_column("intake", "resumed_at")
    op.drop_column("intake", "state")
    op.drop_index("ix_dispatch_changed", table_name="dispatch")
    op.drop_table("release_item")
    op.drop_table("release")
