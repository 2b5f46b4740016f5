"""Which documents wait for somebody, and links by customer and by document

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OPEN = ["organisation_id", "customer_id", "state", "open_until", "lineage_id"]
LATER = "9999-12-31"


def upgrade() -> None:
    op.add_column("document", sa.Column("open_until", sa.Date(), nullable=True))
    _fill()
    op.create_index("ix_document_open", "document", OPEN)
    op.create_index("ix_capability_link_document", "capability_link", ["lineage_id", "id"])
    op.create_index("ix_capability_link_customer", "capability_link", ["customer_id", "id"])
    op.drop_index("ix_capability_link_customer_id", "capability_link")
    # What held until now has a name: whoever comes by the link of a document sees no other.
    op.execute("UPDATE organisation SET portal_visible = 'entered' WHERE portal_visible = 'all'")


def downgrade() -> None:
    op.execute("UPDATE organisation SET portal_visible = 'all' WHERE portal_visible = 'entered'")
    op.create_index("ix_capability_link_customer_id", "capability_link", ["customer_id"])
    op.drop_index("ix_capability_link_customer", "capability_link")
    op.drop_index("ix_capability_link_document", "capability_link")
    op.drop_index("ix_document_open", "document")
    op.drop_column("document", "open_until")


def _fill() -> None:
    """Say of what is published until when it waits, as `documents.rules.life` says it at publication."""
    is_lite = op.get_bind().dialect.name == "sqlite"
    month = (
        "date(published_at, '+30 days')"
        if is_lite
        else "CAST(published_at AT TIME ZONE 'UTC' AS date) + 30"
    )
    forever = f"'{LATER}'" if is_lite else f"DATE '{LATER}'"
    settled = sa.text(month)
    document = sa.table(
        "document",
        *(
            sa.column(name)
            for name in ("kind", "answer", "due_date", "open_minor", "state", "published_at")
        ),
        sa.column("open_until"),
    )
    quote, reminder = document.c.kind == "quote", document.c.kind == "reminder"
    talked_about = document.c.answer.is_(None) | (document.c.answer == "revision_asked")
    until = sa.case(
        (quote & talked_about, sa.func.coalesce(document.c.due_date, sa.text(forever))),
        (quote, sa.null()),
        (document.c.open_minor > 0, sa.text(forever)),
        (document.c.open_minor == 0, sa.null()),
        (reminder & (document.c.due_date > settled), document.c.due_date),
        else_=settled,
    )
    is_published = (document.c.state == "published") & document.c.published_at.is_not(None)
    op.execute(sa.update(document).where(is_published).values(open_until=until))
