"""An index of what customers owe

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = ["organisation_id", "customer_id", "state", "kind"]
COLUMNS += ["due_date", "id", "currency", "payable_minor"]
OWED = sa.text("payable_minor > 0")


def upgrade() -> None:
    op.create_index(
        "ix_document_owed", "document", COLUMNS, sqlite_where=OWED, postgresql_where=OWED
    )


def downgrade() -> None:
    op.drop_index("ix_document_owed", table_name="document")
