"""Payments: what is open of a document, what was paid, and how an organisation is paid

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
OWED = ["organisation_id", "customer_id", "state", "kind", "due_date", "id", "currency"]


def upgrade() -> None:
    paid = sa.Column("paid_minor", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("document", paid)
    op.add_column("document", sa.Column("open_minor", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE document SET open_minor = payable_minor"
        " WHERE kind = 'invoice' AND payable_minor > 0"
    )
    _owed_by("open_minor")
    _create_settings()
    _create_payments()
    _create_parts()


def downgrade() -> None:
    op.drop_table("payment_part")
    op.drop_table("payment")
    op.drop_table("payment_settings")
    _owed_by("payable_minor")
    op.drop_column("document", "open_minor")
    op.drop_column("document", "paid_minor")


def _owed_by(column: str) -> None:
    """Make the index of what is owed anew, over another column."""
    some = sa.text(f"{column} > 0")
    op.drop_index("ix_document_owed", table_name="document")
    op.create_index(
        "ix_document_owed",
        "document",
        [*OWED, column],
        sqlite_where=some,
        postgresql_where=some,
    )


def _create_settings() -> None:
    op.create_table(
        "payment_settings",
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("sealed_key", sa.String(length=500), nullable=True),
        sa.Column("key_ending", sa.String(length=4), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("allows_parts", sa.Boolean(), nullable=False),
        *_lengths("payment_settings", key_ending=4, organisation_id=26, sealed_key=500),
        _to("payment_settings", "organisation", "organisation_id"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_payment_settings")),
    )


def _create_payments() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("customer_id", sa.String(length=26), nullable=False),
        sa.Column("provider", _words("provider", "mollie", "other"), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            _words("state", "started", "open", "paid", "failed", "cancelled", "expired"),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("received_minor", sa.BigInteger(), nullable=True),
        sa.Column("checkout_url", sa.String(length=1000), nullable=True),
        sa.Column("by_kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("minor > 0", name=op.f("ck_payment_minor_positive")),
        *_lengths(
            "payment",
            by_id=64,
            by_kind=16,
            by_name=200,
            checkout_url=1000,
            currency=3,
            customer_id=26,
            id=26,
            note=200,
            organisation_id=26,
            provider_id=64,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "customer_id"],
            ["customer.organisation_id", "customer.id"],
            name=op.f("fk_payment_organisation_id_customer_id"),
            **LATER,
        ),
        _to("payment", "organisation", "organisation_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "provider", "provider_id", name=op.f("uq_payment_provider_provider_id")
        ),
    )
    op.create_index("ix_payment_customer", "payment", ["organisation_id", "customer_id", "id"])
    received = ["organisation_id", "customer_id", "state", "received_on", "id"]
    op.create_index("ix_payment_received", "payment", received)


def _create_parts() -> None:
    op.create_table(
        "payment_part",
        sa.Column("payment_id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("lineage_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_lengths("payment_part", document_id=26, lineage_id=26, payment_id=26),
        _to("payment_part", "payment", "payment_id"),
        _to("payment_part", "document", "document_id"),
        sa.PrimaryKeyConstraint("payment_id", "document_id", name=op.f("pk_payment_part")),
    )
    op.create_index("ix_payment_part_lineage", "payment_part", ["lineage_id"])


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _lengths(table: str, **most: int) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {long}", name=op.f(f"ck_{table}_{name}_length"))
        for name, long in most.items()
    ]


def _to(table: str, other: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), **LATER
    )
