"""Who has the customer portal, and what is released; links to all of a customer's; notices

Revision: 0011, after 0010.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
KINDS = '["invoice", "reminder", "quote", "credit_note", "delivery_note", "order_confirmation"]'
ACTIONS = '["view", "comment", "answer", "pay", "change_data", "contact"]'
ACCESS = ("inherit", "yes", "no")


def upgrade() -> None:
    with _links() as links:
        links.alter_column("lineage_id", existing_type=sa.String(26), nullable=True)
        links.alter_column("document_id", existing_type=sa.String(26), nullable=True)
    purposes = ("dispatch", "document", "customer")
    _add_word("capability_link", "purpose", "linkpurpose", purposes, "dispatch")
    op.add_column("contact", sa.Column("rights", sa.JSON(), nullable=True))
    op.add_column("contact", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("contact", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "ALTER TABLE contact ADD COLUMN invited_by VARCHAR(200) CONSTRAINT"
        " ck_contact_invited_by_length CHECK (length(invited_by) <= 200)"
    )
    _add_word("customer", "portal", "access", ACCESS, "inherit")
    for name, default in (("portal_is_on", sa.true()), ("portal_is_open", sa.true())):
        column = sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
        op.add_column("organisation", column)
    for name, words in (("portal_kinds", KINDS), ("portal_actions", ACTIONS)):
        column = sa.Column(name, sa.JSON(), nullable=False, server_default=words)
        op.add_column("organisation", column)
    _add_word("organisation", "portal_for_new", "access", ACCESS, "inherit")
    _add_word("organisation", "portal_ways", "ways", ("account", "link", "both"), "both")
    _create_notices()


def downgrade() -> None:
    op.drop_table("notice")
    for name in ("ways", "for_new", "actions", "kinds", "is_open", "is_on"):
        op.drop_column("organisation", f"portal_{name}")
    op.drop_column("customer", "portal")
    for name in ("invited_by", "ended_at", "ends_on", "rights"):
        op.drop_column("contact", name)
    op.execute(
        "DELETE FROM login_session WHERE link_id IN"
        " (SELECT id FROM capability_link WHERE lineage_id IS NULL OR document_id IS NULL)"
    )
    op.execute("DELETE FROM capability_link WHERE lineage_id IS NULL OR document_id IS NULL")
    op.drop_column("capability_link", "purpose")
    with _links() as links:
        links.alter_column("document_id", existing_type=sa.String(26), nullable=False)
        links.alter_column("lineage_id", existing_type=sa.String(26), nullable=False)


@contextmanager
def _links() -> Iterator[BatchOperations]:
    """Change the columns of a table that others refer to: SQLite makes a new one in its place.

    It looks at references when the old one is gone, in vain, unless it is told not to: which it hears
    only between two transactions, and only from whoever does not begin one by saying so.
    """
    _check_references("OFF")
    with op.batch_alter_table("capability_link") as links:
        yield links
    _check_references("ON")


def _check_references(word: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.get_context().autocommit_block():
            raw = op.get_bind().connection.driver_connection
            raw.commit()
            raw.execute(f"PRAGMA foreign_keys={word}")
            raw.execute("BEGIN IMMEDIATE")


def _add_word(table: str, column: str, name: str, words: tuple[str, ...], default: str) -> None:
    """Add a column of words with its check, without a copy of the table; both databases know it."""
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(32) DEFAULT '{default}' NOT NULL "
        f"CONSTRAINT ck_{table}_{name} CHECK ({column} IN {words})"
    )


def _create_notices() -> None:
    lengths = {"address": 254, "answer": 500, "id": 26, "key": 100, "language": 2, "name": 200}
    lengths |= {"object_id": 26, "object_kind": 32}
    states = ("waiting", "sending", "sent", "lost", "failed")
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*states, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_notice_{name}_length"))
            for name, most in lengths.items()
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_notice_organisation_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_object", "notice", ["object_kind", "object_id", "id"])
