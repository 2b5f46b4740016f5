"""Providers of identities, whom they call what, and passkeys

Revision: 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LATER = {"initially": "DEFERRED", "deferrable": True}


def upgrade() -> None:
    op.create_table(
        "sign_in_provider",
        sa.Column("organisation_id", sa.String(26), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("sealed_secret", sa.String(1000), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("is_only_way", sa.Boolean(), nullable=False),
        sa.Column("endpoints", sa.JSON(), nullable=False),
        sa.Column("tested_at", sa.DateTime(timezone=True), nullable=False),
        *_lengths("sign_in_provider", issuer=300, client_id=200, sealed_secret=1000, label=60),
        _belongs_to("sign_in_provider", "organisation"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_sign_in_provider")),
    )
    op.create_table(
        "linked_identity",
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("organisation_id", sa.String(26), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        *_lengths("linked_identity", issuer=300, subject=255),
        _belongs_to("linked_identity", "organisation"),
        _belongs_to("linked_identity", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_linked_identity")),
        sa.UniqueConstraint(
            *("organisation_id", "issuer", "subject"),
            name=op.f("uq_linked_identity_organisation_id_issuer_subject"),
        ),
    )
    op.create_table(
        "passkey",
        sa.Column("factor_id", sa.String(26), nullable=False),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.String(4000), nullable=False),
        sa.Column("host", sa.String(253), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("is_backed_up", sa.Boolean(), nullable=False),
        *_lengths("passkey", credential_id=1400, public_key=4000, host=253),
        _belongs_to("passkey", "factor"),
        sa.PrimaryKeyConstraint("factor_id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )


def downgrade() -> None:
    op.drop_table("passkey")
    op.drop_table("linked_identity")
    op.drop_table("sign_in_provider")


def _lengths(table: str, **columns: int) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in columns.items()
    ]


def _belongs_to(table: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name, **LATER)
