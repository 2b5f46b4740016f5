"""What was set for all customers at once; addresses of all of a customer's; exports of what is released

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
ACCESS = sa.Enum(
    "inherit",
    "yes",
    "no",
    name="access",
    native_enum=False,
    create_constraint=True,
    length=32,
)


def upgrade() -> None:
    op.create_index("ix_customer_portal", "customer", ["organisation_id", "portal"])
    op.create_index(
        "ix_capability_link_whole",
        "capability_link",
        ["customer_id", "id"],
        sqlite_where=sa.text("lineage_id IS NULL"),
        postgresql_where=sa.text("lineage_id IS NULL"),
    )
    op.add_column("export", sa.Column("kinds", sa.JSON(), nullable=True))
    _create_runs()
    _create_items()


def downgrade() -> None:
    op.drop_table("portal_run_item")
    op.drop_table("portal_run")
    op.drop_column("export", "kinds")
    op.drop_index("ix_capability_link_whole", "capability_link")
    op.drop_index("ix_customer_portal", "customer")


def _create_runs() -> None:
    lengths = {"by_name": 200, "id": 26, "organisation_id": 26, "undone_by": 200}
    op.create_table(
        "portal_run",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("access", ACCESS, nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=True),
        sa.Column("restored", sa.Integer(), nullable=True),
        *_checks("portal_run", lengths),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_portal_run_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_run")),
    )
    op.create_index("ix_portal_run_organisation", "portal_run", ["organisation_id", "id"])


def _create_items() -> None:
    references = ("customer", "customer_id"), ("portal_run", "run_id")
    op.create_table(
        "portal_run_item",
        sa.Column("run_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("former", ACCESS, nullable=False),
        *_checks("portal_run_item", {"customer_id": 26, "run_id": 26}),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_portal_run_item_{column}"), **LATER
            )
            for table, column in references
        ),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name=op.f("pk_portal_run_item")),
    )


def _checks(table: str, lengths: dict[str, int]) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in lengths.items()
    ]
