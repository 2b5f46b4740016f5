"""Second factors, recovery codes, the step between, ways to a new password, known browsers

Revision: 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}
PROOFS = ("password", "mailed_code", "totp", "recovery_code", "passkey", "oidc")
KINDS = ("totp", "passkey")


def upgrade() -> None:
    op.add_column(
        "person",
        sa.Column("has_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "login_session", sa.Column("proofs", sa.JSON(), nullable=False, server_default="[]")
    )
    _create_factors()
    _create_steps()
    _create_known_devices()


def downgrade() -> None:
    for table in ("known_device", "password_reset", "second_step", "recovery_code", "factor"):
        op.drop_table(table)
    op.drop_column("login_session", "proofs")
    op.drop_column("person", "has_factor")


def _create_factors() -> None:
    _create(
        "factor",
        {"id": 26, "person_id": 26, "name": 100, "secret": 400},
        sa.Column("kind", _words("factorkind", *KINDS), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=True),
        _moment("created_at"),
        _moment("confirmed_at", nullable=True),
        _moment("last_used_at", nullable=True),
        nullable={"secret"},
    )
    _create(
        "recovery_code",
        {"id": 26, "person_id": 26, "code_hash": 64},
        _moment("created_at"),
        _moment("used_at", nullable=True),
    )


def _create_steps() -> None:
    _create(
        "second_step",
        {"id": 26, "person_id": 26},
        sa.Column("first", _words("proof", *PROOFS), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("used_at", nullable=True),
    )
    _create(
        "password_reset",
        {"id": 26, "token_hash": 64, "person_id": 26},
        _moment("created_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_reset_token_hash")),
        nullable={"person_id"},
    )


def _create_known_devices() -> None:
    _create(
        "known_device",
        {"id": 26, "person_id": 26, "token_hash": 64, "family": 60},
        _moment("created_at"),
        _moment("last_seen_at"),
        sa.UniqueConstraint(
            "person_id", "token_hash", name=op.f("uq_known_device_person_id_token_hash")
        ),
        is_indexed=False,
    )


def _create(
    table: str,
    lengths: dict[str, int],
    *further: sa.Column | sa.Constraint,
    nullable: frozenset[str] | set[str] = frozenset(),
    is_indexed: bool = True,
) -> None:
    """Create a table of something that a person has; `lengths` are its texts."""
    op.create_table(
        table,
        *(
            sa.Column(name, sa.String(length=most), nullable=name in nullable)
            for name, most in lengths.items()
        ),
        *further,
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
            for name, most in lengths.items()
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), **LATER
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    if is_indexed:
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
