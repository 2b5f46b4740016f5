"""Indexes for every filter of the lists

Revision: 0003, after 0002.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHANGED = {
    "ix_document_number": (
        "document",
        ["organisation_id", "number_sort"],
        ["organisation_id", "is_current", "number_sort"],
    ),
    "ix_document_customer": (
        "document",
        ["customer_id", "state", "listed_on", "id"],
        ["organisation_id", "customer_id", "state", "listed_on", "id"],
    ),
    "ix_document_due": (
        "document",
        ["customer_id", "state", "kind", "due_date"],
        ["organisation_id", "customer_id", "state", "kind", "due_date"],
    ),
    "ix_dispatch_day": (
        "dispatch",
        ["organisation_id", "created_at"],
        ["organisation_id", "created_at", "state"],
    ),
}
"""Name → table, columns before, columns now."""

NEW = {
    "ix_document_state_kind": ["organisation_id", "state", "kind", "listed_on", "id"],
    "ix_document_customer_kind": [
        *("organisation_id", "customer_id"),
        *("state", "kind", "listed_on", "id"),
    ],
    "ix_document_customer_current": [
        "organisation_id",
        "customer_id",
        "is_current",
        "listed_on",
        "id",
    ],
}
"""Name → columns, of documents."""


def upgrade() -> None:
    for name, (table, _before, now) in CHANGED.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, now)
    for name, columns in NEW.items():
        op.create_index(name, "document", columns)


def downgrade() -> None:
    for name in NEW:
        op.drop_index(name, table_name="document")
    for name, (table, before, _now) in CHANGED.items():
        op.drop_index(name, table_name=table)
        op.create_index(name, table, before)
