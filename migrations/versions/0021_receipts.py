"""A receipt may say that a link was fetched

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow("fetched", "opened", "downloaded")


def downgrade() -> None:
    op.execute("DELETE FROM receipt WHERE kind = 'fetched'")
    _allow("opened", "downloaded")


def _allow(*kinds: str) -> None:
    name = op.f("ck_receipt_receiptkind")
    with op.batch_alter_table("receipt") as receipts:
        receipts.drop_constraint(name, type_="check")
        receipts.create_check_constraint(name, sa.column("kind").in_(kinds))
