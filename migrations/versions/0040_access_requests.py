"""Guests ask for access

Revision: 0040, after 0034.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0034"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
STATES = ("asked", "waiting", "approved", "refused", "expired")
NEEDED = {
    "id": 26,
    "organisation_id": 26,
    "email": 254,
    "name": 200,
    "language": 2,
    "reference": 100,
    "message": 2000,
    "token_hash": 64,
    "decided_by": 200,
    "reason": 500,
}
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("guests_welcome", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # Written out: both databases know it, and SQLite need not copy a table others refer to.
    op.execute(
        "ALTER TABLE organisation ADD COLUMN guest_code VARCHAR(20)"
        " CONSTRAINT ck_organisation_guest_code_length CHECK (length(guest_code) <= 20)"
    )
    moment = sa.Column("guests_told_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("organisation", moment)
    op.create_index("uq_organisation_guest_code", "organisation", ["guest_code"], unique=True)
    _create_requests()
    _create_indexes()


def downgrade() -> None:
    op.drop_table("access_request")
    op.drop_index("uq_organisation_guest_code", table_name="organisation")
    for name in ("guests_told_at", "guest_code", "guests_welcome"):
        op.drop_column("organisation", name)


def _create_requests() -> None:
    keys = {"organisation_id": "organisation", "person_id": "person", "customer_id": "customer"}
    op.create_table(
        "access_request",
        *(sa.Column(name, sa.String(length=most), nullable=False) for name, most in NEEDED.items()),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("customer_id", sa.String(length=26), nullable=True),
        *(
            sa.CheckConstraint(
                f"length({name}) <= {most}", name=op.f(f"ck_access_request_{name}_length")
            )
            for name, most in NEEDED.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_access_request_{name}"), **LATER
            )
            for name, table in keys.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_request_token_hash")),
    )


def _create_indexes() -> None:
    for name, columns in (
        ("email", ["organisation_id", "email"]),
        ("state", ["organisation_id", "state", "id"]),
        ("sweep", ["state", "created_at"]),
        ("person", ["person_id"]),
        ("customer", ["customer_id"]),
    ):
        op.create_index(f"ix_access_request_{name}", "access_request", columns)
    op.create_index(
        "uq_access_request_waiting",
        "access_request",
        ["organisation_id", "email"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
