"""Files in mails: what a letter carried; by which proofs each customer can be asked

Revision: 0031, after 0030.
"""

import sqlalchemy as sa
from alembic import op

# The only rule that a migration borrows: half a hundred spellings are not written down twice.
from app.organisations.rules.provable import provable

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

PROVABLE = ("nothing", "address", "sms", "both")
BATCH = 1000
LEFT_OUT = ("too_large", "refused", "not_ready")


def upgrade() -> None:
    op.add_column("dispatch", sa.Column("enclosed", sa.JSON(), nullable=False, server_default="[]"))
    # Written out: both databases know it, and SQLite need not copy tables that others refer to.
    op.execute(
        "ALTER TABLE dispatch ADD COLUMN left_out VARCHAR(32)"
        f" CONSTRAINT ck_dispatch_leftout CHECK (left_out IN {LEFT_OUT})"
    )
    op.execute(
        "ALTER TABLE customer ADD COLUMN provable VARCHAR(32) DEFAULT 'nothing' NOT NULL"
        f" CONSTRAINT ck_customer_provable CHECK (provable IN {PROVABLE})"
    )
    _look_at_customers()
    op.create_index(
        "ix_customer_provable",
        "customer",
        ["organisation_id", "provable", "kind", "name_sort", "id"],
    )


def _look_at_customers() -> None:
    connection, after = op.get_bind(), ""
    rows = sa.text(
        "SELECT id, postcode, street, country, mobile FROM customer"
        " WHERE id > :after ORDER BY id LIMIT :most"
    )
    change = sa.text("UPDATE customer SET provable = :provable WHERE id = :id")
    while found := connection.execute(rows, {"after": after, "most": BATCH}).all():
        values = [{"id": row.id, "provable": provable(*row[1:]).value} for row in found]
        connection.execute(change, values)
        after = found[-1].id


def downgrade() -> None:
    op.drop_index("ix_customer_provable", "customer")
    op.drop_column("customer", "provable")
    op.drop_column("dispatch", "left_out")
    op.drop_column("dispatch", "enclosed")
