"""Releases of held dispatches, all at once; what is unconfirmed, answered, a test

Revision: 0043, after 0042.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    open_ = sa.text("done_at IS NULL AND opened_at IS NULL AND channel <> 'portal'")
    op.create_index(
        "ix_dispatch_unconfirmed",
        "dispatch",
        ["organisation_id", "state", "id"],
        sqlite_where=open_,
        postgresql_where=open_,
    )
    answered = sa.text("response <> 'none'")
    op.create_index(
        "ix_dispatch_response",
        "dispatch",
        ["organisation_id", "response", "id"],
        sqlite_where=answered,
        postgresql_where=answered,
    )
    op.create_index(
        "ix_dispatch_test",
        "dispatch",
        ["organisation_id", "state", "id"],
        sqlite_where=sa.text("is_test = 1"),
        postgresql_where=sa.text("is_test"),
    )
    op.create_table(
        "delivery_release",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("newest", sa.String(length=26), nullable=False),
        sa.Column("after", sa.String(length=26), nullable=False),
        *(sa.Column(one, sa.Integer(), nullable=False) for one in ("total", "released", "left")),
        sa.Column("asked_by", sa.String(length=26), nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(
                f'length("{name}") <= {long}', name=op.f(f"ck_delivery_release_{name}_length")
            )
            for name, long in {
                **dict.fromkeys(("id", "organisation_id", "newest", "after", "asked_by"), 26),
                "asked_by_name": 200,
            }.items()
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_delivery_release_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_release")),
    )
    op.create_index("ix_delivery_release_newest", "delivery_release", ["organisation_id", "id"])


def downgrade() -> None:
    op.drop_table("delivery_release")
    for name in ("test", "response", "unconfirmed"):
        op.drop_index(f"ix_dispatch_{name}", "dispatch")
