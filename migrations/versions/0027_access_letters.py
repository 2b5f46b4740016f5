"""Access letters, and the links that they stand for

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
BEFORE = ("dispatch", "document", "customer")
LENGTHS = {
    "id": 26,
    "organisation_id": 26,
    "customer_id": 26,
    "link_id": 26,
    "code_hash": 64,
    "made_by": 200,
}
REFERENCES = {
    "organisation_id": "organisation.id",
    "customer_id": "customer.id",
    "link_id": "capability_link.id",
}


def upgrade() -> None:
    _change_purposes((*BEFORE, "letter"))
    op.create_table(
        "access_letter",
        *(
            sa.Column(name, sa.String(length=most), nullable=False)
            for name, most in LENGTHS.items()
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(
                f"length({name}) <= {most}", name=op.f(f"ck_access_letter_{name}_length")
            )
            for name, most in LENGTHS.items()
        ),
        *(
            sa.ForeignKeyConstraint([name], [to], name=op.f(f"fk_access_letter_{name}"), **LATER)
            for name, to in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_letter")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_access_letter_code_hash")),
        sa.UniqueConstraint("link_id", name=op.f("uq_access_letter_link_id")),
    )
    op.create_index("ix_access_letter_customer", "access_letter", ["customer_id", "id"])


def downgrade() -> None:
    op.drop_table("access_letter")
    # Nobody was told the addresses of these links: as links of another kind they open nothing.
    op.execute("UPDATE capability_link SET purpose = 'dispatch' WHERE purpose = 'letter'")
    _change_purposes(BEFORE)


def _change_purposes(words: tuple[str, ...]) -> None:
    """Let links have other purposes. SQLite cannot change a check: the column is made anew.

    The table is not copied: others refer to it.
    """
    name = "ck_capability_link_linkpurpose"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(name), "capability_link", type_="check")
        op.create_check_constraint(op.f(name), "capability_link", f"purpose IN {words}")
        return
    op.execute(
        "ALTER TABLE capability_link ADD COLUMN purpose_anew VARCHAR(32) DEFAULT 'dispatch' NOT NULL"
        f" CONSTRAINT {name} CHECK (purpose_anew IN {words})"
    )
    op.execute("UPDATE capability_link SET purpose_anew = purpose")
    op.execute("ALTER TABLE capability_link DROP COLUMN purpose")
    op.execute("ALTER TABLE capability_link RENAME COLUMN purpose_anew TO purpose")
