"""Secure access, the ground: what is proved, what is visible, what is kept until it was proved

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
LEVELS = ("never", "every_page", "sensitive", "sensitive_private", "closed")
METHODS = ("address", "sms")
VISIBLE = ("all", "open", "entered")
FILES = ("exclude", "include", "exclude_private")
NUMBERS = {"link_days": 30, "proof_idle_minutes": 30}
SWITCHES = ("members_need_factor", "contacts_need_factor")
MOMENTS = ("proved_at", "proof_seen_at", "confirmed_at")


def upgrade() -> None:
    _add_word("organisation", "portal_visible", "visible", VISIBLE, "all")
    _add_word("organisation", "proof_level", "level", LEVELS, "never")
    _add_word("organisation", "proof_primary", "proof_primary", METHODS, "sms")
    _add_word("organisation", "proof_secondary", "proof_secondary", METHODS)
    _add_word("organisation", "mailed_files", "mailedfiles", FILES, "exclude")
    for name, default in NUMBERS.items():
        op.add_column(
            "organisation",
            sa.Column(name, sa.Integer(), nullable=False, server_default=str(default)),
        )
    for name in SWITCHES:
        op.add_column(
            "organisation",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    _add_word("customer", "visible", "visible", VISIBLE)
    op.execute(
        "ALTER TABLE customer ADD COLUMN parent_id VARCHAR(26)"
        " CONSTRAINT ck_customer_parent_id_length CHECK (length(parent_id) <= 26)"
        " CONSTRAINT fk_customer_parent_id REFERENCES customer (id) DEFERRABLE INITIALLY DEFERRED"
    )
    op.create_index("ix_customer_parent", "customer", ["parent_id"])
    for name in MOMENTS:
        op.add_column("login_session", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _create_parked()


def downgrade() -> None:
    op.drop_table("parked_request")
    for name in MOMENTS:
        op.drop_column("login_session", name)
    op.drop_index("ix_customer_parent", "customer")
    op.drop_column("customer", "parent_id")
    op.drop_column("customer", "visible")
    for name in (*SWITCHES, *NUMBERS):
        op.drop_column("organisation", name)
    for name in ("mailed_files", "proof_secondary", "proof_primary", "proof_level"):
        op.drop_column("organisation", name)
    op.drop_column("organisation", "portal_visible")


def _add_word(
    table: str, column: str, name: str, words: tuple[str, ...], default: str | None = None
) -> None:
    # Written out: both databases know it, and SQLite need not copy tables that others refer to.
    filled = f" DEFAULT '{default}' NOT NULL" if default else ""
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(32){filled}"
        f" CONSTRAINT ck_{table}_{name} CHECK ({column} IN {words})"
    )


def _create_parked() -> None:
    lengths = {"id": 26, "session_id": 26, "path": 2000, "came_from": 2000, "content_type": 200}
    op.create_table(
        "parked_request",
        *(
            sa.Column(name, sa.String(length=most), nullable=False)
            for name, most in lengths.items()
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.CheckConstraint(
                f"length({name}) <= {most}", name=op.f(f"ck_parked_request_{name}_length")
            )
            for name, most in lengths.items()
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["login_session.id"],
            name=op.f("fk_parked_request_session_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_request")),
    )
    op.create_index("ix_parked_request_created_at", "parked_request", ["created_at"])
    op.create_index("ix_parked_request_session_id", "parked_request", ["session_id"])
