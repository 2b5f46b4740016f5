"""Files in mails: what a letter carried; by which proofs each customer can be asked

Revision: 0031, after 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0023"
branch_labels = None
depends_on = None

LEFT_OUT = ("too_large", "refused", "not_ready")


def upgrade() -> None:
    op.add_column("dispatch", sa.Column("enclosed", sa.JSON(), nullable=False, server_default="[]"))
    # Written out: both databases know it, and SQLite need not copy tables that others refer to.
    op.execute(
        "ALTER TABLE dispatch ADD COLUMN left_out VARCHAR(32)"
        f" CONSTRAINT ck_dispatch_leftout CHECK (left_out IN {LEFT_OUT})"
    )


def downgrade() -> None:
    op.drop_column("dispatch", "left_out")
    op.drop_column("dispatch", "enclosed")
