"""Files of an intake that hold malware are put into quarantine

Revision: 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STATES = ("waiting", "taken_in", "held", "known", "failed")


def upgrade() -> None:
    op.execute(
        "ALTER TABLE intake_item ADD COLUMN malware VARCHAR(200) CONSTRAINT"
        " ck_intake_item_malware_length CHECK (length(malware) <= 200)"
    )
    _allow(*STATES, "quarantined")


def downgrade() -> None:
    op.execute("UPDATE intake_item SET state = 'failed' WHERE state = 'quarantined'")
    _allow(*STATES)
    with op.batch_alter_table("intake_item") as items:
        items.drop_constraint(op.f("ck_intake_item_malware_length"), type_="check")
        items.drop_column("malware")


def _allow(*states: str) -> None:
    name = op.f("ck_intake_item_itemstate")
    with op.batch_alter_table("intake_item") as items:
        items.drop_constraint(name, type_="check")
        items.create_check_constraint(name, sa.column("state").in_(states))
