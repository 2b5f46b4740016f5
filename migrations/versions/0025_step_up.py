"""Step-up: codes by text message, and what is locked after too many tries

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    op.create_table(
        "lockout",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(key) <= 200", name=op.f("ck_lockout_key_length")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lockout")),
    )
    _create_codes()


def downgrade() -> None:
    op.drop_table("texted_code")
    op.drop_table("lockout")


def _create_codes() -> None:
    lengths = {"id": 26, "session_id": 26, "purpose": 32, "text_id": 26}
    moments = {"created_at": False, "expires_at": False, "ended_at": True}
    op.create_table(
        "texted_code",
        *(
            sa.Column(name, sa.String(length=most), nullable=name == "text_id")
            for name, most in lengths.items()
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=is_open)
            for name, is_open in moments.items()
        ),
        *(
            sa.CheckConstraint(
                f"length({name}) <= {most}", name=op.f(f"ck_texted_code_{name}_length")
            )
            for name, most in lengths.items()
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["login_session.id"],
            name=op.f("fk_texted_code_session_id"),
            **LATER,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texted_code")),
    )
    op.create_index("ix_texted_code_expires_at", "texted_code", ["expires_at"])
    op.create_index("ix_texted_code_session", "texted_code", ["session_id", "purpose", "id"])
